"""vPDQ hashes: a video as its frames' PDQ hashes with qualities and times.

Rules:
- The form is ThreatExchange's: a JSON array of `HASH,QUALITY,SECONDS` texts; the older object of
  frame numbers is read too.
- Frames below the quality floor are left out, as vPDQ itself does before it matches: they never
  match. A video without any other is refused, whole, and so is one with a wrong frame.
- Frames are in the order of their times.
"""

import json
from itertools import pairwise

from garim_feed.convert.rows import excerpt
from garim_feed.convert.subjects import hex_digest
from garim_feed.errors import FeedError
from garim_feed.kinds import QUALITY_FLOOR, Kind
from garim_feed.publish.items import Frame

MAX_FRAMES = 100_000
MAX_MILLISECONDS = 0xFFFF_FFFF


def read_frames(text: str) -> tuple[Frame, ...]:
    """Return the frames that count.

    Raises:
        FeedError: The text is not a vPDQ hash, or no frame counts.
    """
    try:
        found = json.loads(text)
        if isinstance(found, dict):
            found = [f"{one['hash']},{one['quality']},{one['timestamp']}" for one in found.values()]
    except (ValueError, KeyError, TypeError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) > MAX_FRAMES:
        raise FeedError("{text} is not a vPDQ hash.", text=excerpt(text))
    frames = tuple(frame for frame in map(_frame, found) if frame.quality >= QUALITY_FLOOR)
    if not frames:
        raise FeedError("No frame has a quality of {floor} or more.", floor=QUALITY_FLOOR)
    if any(after.time < before.time for before, after in pairwise(frames)):
        raise FeedError("The frames are not in the order of their times.")
    return frames


def write_frames(frames: tuple[Frame, ...]) -> str:
    """Return the frames as ThreatExchange writes them."""
    return json.dumps([f"{one.pdq},{one.quality},{one.time / 1000:.3f}" for one in frames])


def _frame(one: object) -> Frame:
    parts = one.split(",") if isinstance(one, str) else []
    try:
        digits, quality, seconds = parts
        frame = Frame(hex_digest(Kind.IMAGE, digits), int(quality), round(float(seconds) * 1000))
    except (ValueError, OverflowError, FeedError):
        frame = None
    if frame is None or not (0 <= frame.quality <= 100 and 0 <= frame.time <= MAX_MILLISECONDS):
        raise FeedError("{text} is not a frame of a vPDQ hash.", text=excerpt(str(one)))
    return frame
