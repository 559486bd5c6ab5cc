"""What an administrator adds: one fact about one thing, as the person or a file said it.

Rules:
- An item holds the plain subject. It lives in the publisher's own workspace only; what travels is
  the keyed digest that the workspace makes of it.
- Values are checked where they enter the workspace (`entries.py`), so readers of formats may make
  items freely.
"""

from dataclasses import dataclass
from datetime import date

from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Effect, Kind


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a video.

    Attributes:
        pdq: PDQ hash, 64 hex digits.
        quality: PDQ quality, 50..100.
        time: Milliseconds from the start of the video.
    """

    pdq: str
    quality: int
    time: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to put on a list, or to take off it.

    Attributes:
        kind: What it is.
        subject: Canonical host, address expression (`host/path[?query]`), hex digest, torrent
            `1:hex` or `2:hex`, PDQ hex; `""` for a video or a sound, which their frames or points
            name.
        effect: What it does.
        quality: PDQ quality of an image, 50..100; else 0.
        tight: Bits within which a picture or frame stands alone.
        wide: Bits within which it needs a second confirmation.
        expires: First day on which it no longer counts, or `None` for never.
        frames: A video's frames in time order.
        duration: Milliseconds of a video or sound.
        points: A sound's raw Chromaprint sub-fingerprints.
        note: The administrator's own remark; never published.
    """

    kind: Kind
    subject: str
    effect: Effect = Effect.BLOCK
    quality: int = 0
    tight: int = TIGHT_BITS
    wide: int = WIDE_BITS
    expires: date | None = None
    frames: tuple[Frame, ...] = ()
    duration: int = 0
    points: tuple[int, ...] = ()
    note: str = ""
