"""What an item names: its subject in one spelling, and the key that follows from it.

Rules:
- Hosts and addresses come in canonical form; digests, info-hashes and PDQ as hex of their length.
- A video is named by its frames, a sound by its points, nothing else by either.
"""

import re
import struct
from typing import NamedTuple, NoReturn

from garim_feed.addresses.canonical import canonical, canonical_host
from garim_feed.errors import FeedError
from garim_feed.keys import audio_key, key64, scope32, video_key
from garim_feed.kinds import DIGESTS, HASH_BYTES, Kind
from garim_feed.publish.items import Item

MAX_PARTS = 65_536
"""Frames of a video, or points of a sound."""
MAX_TIME = (1 << 32) - 1
"""Milliseconds."""
FRAME = struct.Struct("<32sBI")
DURATION = struct.Struct("<I")
POINT = struct.Struct("<I")
_TORRENT = re.compile(r"1:[0-9a-f]{40}|2:[0-9a-f]{64}")
_HEX = re.compile(r"[0-9a-f]+")
_SHOWN = 200


class Named(NamedTuple):
    """What an item names.

    Attributes:
        key: The entry's 64-bit key.
        subject: The subject's bytes; empty for a video or sound.
        scope: Key of the host that an address is on, else 0.
        detail: Duration, then frames or points, of a video or sound; else `None`.
    """

    key: int
    subject: bytes
    scope: int = 0
    detail: bytes | None = None


def named(item: Item, salt: bytes) -> Named:
    """Return what an item names.

    Raises:
        FeedError: It names nothing, or not in the one spelling.
    """
    kind = item.kind
    if kind is Kind.HOST:
        return _host(item, salt)
    if kind is Kind.ADDRESS:
        return _address(item, salt)
    if kind is Kind.VIDEO:
        return _video(item, salt)
    if kind is Kind.AUDIO:
        return _audio(item, salt)
    if kind is Kind.TORRENT:
        if not _TORRENT.fullmatch(item.subject):
            wrong(item)
        subject = item.subject[0].encode() + bytes.fromhex(item.subject[2:])
    else:
        subject = _hex(item, DIGESTS.get(kind, HASH_BYTES))
    return Named(key64(kind, subject, salt), subject)


def wrong(item: Item) -> NoReturn:
    """Refuse an item."""
    said = ascii(item.subject)[1:-1][:_SHOWN]
    raise FeedError("{subject} is not a valid {kind}.", subject=said, kind=item.kind.value)


def _host(item: Item, salt: bytes) -> Named:
    host = item.subject
    if not host or canonical_host(host) != host:
        wrong(item)
    subject = host.encode("ascii")
    return Named(key64(Kind.HOST, subject, salt), subject)


def _address(item: Item, salt: bytes) -> Named:
    address = canonical(item.subject)
    if address is None or address.text != item.subject:
        wrong(item)
    subject = item.subject.encode("ascii")
    return Named(key64(Kind.ADDRESS, subject, salt), subject, scope32(address.host, salt))


def _video(item: Item, salt: bytes) -> Named:
    if item.subject or not 0 < len(item.frames) <= MAX_PARTS:
        wrong(item)
    before, parts, hashes = 0, [DURATION.pack(_time(item, item.duration))], []
    for frame in item.frames:
        if len(frame.pdq) != 2 * HASH_BYTES or not _HEX.fullmatch(frame.pdq):
            wrong(item)
        if _time(item, frame.time) < before or not 0 <= frame.quality <= 100:
            wrong(item)
        before = frame.time
        hashes.append(bytes.fromhex(frame.pdq))
        parts.append(FRAME.pack(hashes[-1], frame.quality, frame.time))
    return Named(video_key(hashes, salt), b"", 0, b"".join(parts))


def _audio(item: Item, salt: bytes) -> Named:
    if item.subject or not 0 < len(item.points) <= MAX_PARTS:
        wrong(item)
    if not all(0 <= point < 1 << 32 for point in item.points):
        wrong(item)
    packed = struct.pack(f"<{len(item.points)}I", *item.points)
    detail = DURATION.pack(_time(item, item.duration)) + packed
    return Named(audio_key(item.points, salt), b"", 0, detail)


def _hex(item: Item, length: int) -> bytes:
    if len(item.subject) != 2 * length or not _HEX.fullmatch(item.subject):
        wrong(item)
    return bytes.fromhex(item.subject)


def _time(item: Item, milliseconds: int) -> int:
    if not 0 <= milliseconds <= MAX_TIME:
        wrong(item)
    return milliseconds
