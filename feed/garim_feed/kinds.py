"""The words of a list: kinds of entries, what an entry does, and the figures that bound both.

Rules:
- An entry is a digest of content or of an address, never the content, never a plain address.
- Exact kinds are 64-bit digests keyed by the list's salt; pictures are PDQ hashes; videos are
  ordered frames' PDQ hashes with times; audio is a Chromaprint fingerprint.
- Who keeps a list and what it is about are said once for the list, not for each entry.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What an entry names; the value is the word in ids, columns, the tools and the log."""

    HOST = "host"
    ADDRESS = "address"
    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    TORRENT = "torrent"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


EXACT = (Kind.HOST, Kind.ADDRESS, Kind.SHA256, Kind.SHA1, Kind.MD5, Kind.TORRENT)
"""Kinds that are found by a keyed 64-bit digest, in the order in which files hold them."""
DIGESTS = {Kind.SHA256: 32, Kind.SHA1: 20, Kind.MD5: 16}
"""Kinds that name a file by a digest of its bytes, and the digest's length in bytes."""


class Effect(StrEnum):
    """What an entry does.

    `allow` (exact kinds) takes a host, address, file or torrent out of what the same list blocks;
    the more specific address wins, and `allow` wins a tie. `negative` (pictures) is a known
    innocent look-alike: within its tight bound no picture or video entry matches.
    """

    BLOCK = "block"
    ALLOW = "allow"
    NEGATIVE = "negative"


EFFECTS = (Effect.BLOCK, Effect.ALLOW, Effect.NEGATIVE)
"""Effects by their number in files."""

HASH_BYTES = 32
"""Bytes of a PDQ hash."""
QUALITY_FLOOR = 50
"""PDQ quality under which a picture is featureless and never matches, on either side."""
WIDE_BITS = 31
"""The field's usual PDQ bound: within it a match needs a second confirmation."""
TIGHT_BITS = 16
"""Within it a match stands alone: 10 bits that implementations may differ by, and some for JPEG."""
TIGHT_QUALITY = 80
"""PDQ quality from which on implementations agree to 10 bits; below it no match stands alone."""
SALT_BYTES = 16
EPOCH = date(1970, 1, 1)
"""Days in files are counted from here; 0 as an end means never."""
MAX_TERMS = 65_536


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """What many entries share; files hold each distinct one once.

    Attributes:
        added: Day the entry was put on the list, counted from `EPOCH`, 0..65535.
        expires: First day on which it no longer counts, or 0 for never.
        effect: What it does.
    """

    added: int
    expires: int = 0
    effect: Effect = Effect.BLOCK

    def in_force(self, today: int) -> bool:
        """Whether it counts on a day (counted from `EPOCH`)."""
        return not self.expires or today < self.expires


def day(number: int) -> date:
    """Return the date of a day counted from `EPOCH`."""
    return EPOCH + timedelta(days=number)


def day_number(when: date) -> int:
    """Return the number of a day counted from `EPOCH`."""
    return (when - EPOCH).days


def entry_id(kind: Kind, key: int) -> str:
    """Return the opaque id of an entry: its kind and its 64-bit key (`keys.py`)."""
    return f"{kind}-{key:016x}"
