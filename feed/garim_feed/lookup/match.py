"""What a look-up answers, and what every index offers.

Rules:
- Answers are facts (list, entry, distance); what follows from them is policy's business.
- The version changes whenever anything in any list changes: cached answers are keyed by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a list, for the page that refuses and for `garim why`.

    Attributes:
        name: Name for people.
        uri: The authority's own page, or `""`; goes into `Link: rel="blocked-by"`.
        appeal: Page or `mailto:` where a block can be objected to, or `""`.
    """

    name: str
    uri: str = ""
    appeal: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One entry of one list that was found.

    Attributes:
        list: Name of the list.
        entry: Id of the entry.
        version: Version of the list.
        category: The list's category (`ncii`, `illegal`, `adult`, `test`, ...).
        kind: A `kinds.Kind`; `digest` for a file found by any of its digests.
        distance: Hamming distance in bits for `image` and `video`, else 0.
        quality: PDQ quality of the looked-up picture, 100 for exact kinds.
        tight: Whether distance and quality are inside the entry's tight bound.
        feed: Name of the feed that the list came by on this machine.
        added: Day it was put on the list (ISO 8601), or `""`.
        time: Milliseconds from the video's start for `video`, else 0.
    """

    list: str
    entry: str
    version: str
    category: str
    kind: str
    distance: int = 0
    quality: int = 100
    tight: bool = True
    feed: str = ""
    added: str = ""
    time: int = 0


class Index(Protocol):
    """What the inspector and the shield ask of lists."""

    @property
    def version(self) -> str:
        """Changes whenever anything in it changes."""

    @property
    def digests(self) -> frozenset[str]:
        """Which of `sha256`, `sha1`, `md5` any list has entries for."""

    def digest(self, sha256: bytes, sha1: bytes = b"", md5: bytes = b"") -> tuple[Match, ...]:
        """Return the entries for a file by its digests (empty: not asked)."""

    def image(self, hashes: Sequence[bytes], quality: int) -> tuple[Match, ...]:
        """Return the entries near a picture, nearest first: `image` entries and `video` frames.

        Args:
            hashes: PDQ in one or more (dihedral) forms, 32 bytes each; the nearest form counts.
            quality: PDQ quality of the picture, 0..100.
        """

    def host(self, host: str) -> tuple[Match, ...]:
        """Return the entries for a host or a domain above it."""

    def address(self, url: str) -> tuple[Match, ...]:
        """Return the entries for a full address, its host's and its path's prefixes included."""

    def torrent(self, info_hash: bytes) -> tuple[Match, ...]:
        """Return the entries for an info-hash: 20 bytes for v1, 32 bytes for v2."""

    def keeper(self, match: Match) -> Keeper | None:
        """Return who keeps the list of a match, where it is known."""
