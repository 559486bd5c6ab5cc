"""Look up content, hosts and addresses in lists.

Rules:
- Answers are facts (list, entry, distance); what follows from them is policy's business.
- The version changes whenever anything in any list changes: cached answers are keyed by it.
- Hosts match with all their subdomains, addresses and digests exactly, pictures by `images`.
- Nothing here does I/O but `builtin`, which reads the shipped list once.

The lists are small and wholly in memory. Large lists (memory-mapped, shared by all workers) keep
this module's `Index` and come with the feed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from garim_feed.address import canonical_address, digest, suffixes
from garim_feed.entry import (
    AddressEntry,
    DigestEntry,
    Entry,
    HostEntry,
    ImageEntry,
    ListFile,
    read_list,
)
from garim_feed.images import ImageSearch

_REMEMBERED_HOSTS = 4096


@dataclass(frozen=True, slots=True)
class Match:
    """One entry of one list that was found.

    Attributes:
        list: Name of the list.
        entry: Id of the entry.
        version: Version of the list.
        category: The entry's category.
        kind: `host`, `address`, `digest` or `image`.
        distance: Hamming distance in bits for `image`, else 0.
        quality: PDQ quality of the looked-up picture, 100 for exact kinds.
        tight: Whether distance and quality are inside the entry's tight bound.
    """

    list: str
    entry: str
    version: str
    category: str
    kind: str
    distance: int = 0
    quality: int = 100
    tight: bool = True


class Index(Protocol):
    """What the inspector and the shield ask of lists."""

    @property
    def version(self) -> str:
        """Changes whenever anything in it changes."""

    def digest(self, sha256: bytes) -> tuple[Match, ...]:
        """Return the entries for a file by its SHA-256 (32 bytes)."""

    def image(self, hashes: Sequence[bytes], quality: int) -> tuple[Match, ...]:
        """Return the entries near a picture, nearest first; see `images.ImageSearch.near`."""

    def host(self, host: str) -> tuple[Match, ...]:
        """Return the entries for a host or a domain above it."""

    def address(self, url: str) -> tuple[Match, ...]:
        """Return the entries for a full address."""


class MemoryIndex:
    """An `Index` over whole lists in memory.

    Args:
        lists: The lists to look in.
    """

    def __init__(self, lists: Iterable[ListFile]) -> None:
        self._lists = tuple(lists)
        self._exact: defaultdict[tuple[str, bytes], list[Match]] = defaultdict(list)
        images: list[tuple[ListFile, ImageEntry]] = []
        for one in self._lists:
            for entry in one.entries:
                if isinstance(entry, ImageEntry):
                    images.append((one, entry))
                else:
                    self._exact[_key(entry)].append(_match(one, entry))
        self._images = ImageSearch(images)
        self._salts = tuple({bytes.fromhex(one.salt) for one in self._lists})
        self._version = _version(self._lists)
        # A page asks the same few hosts hundreds of times, and every suffix costs a digest.
        self._hosts = lru_cache(_REMEMBERED_HOSTS)(self._find_host)

    @property
    def version(self) -> str:
        """16 hex digits of the content's digest."""
        return self._version

    def digest(self, sha256: bytes) -> tuple[Match, ...]:
        """Return the entries for a file by its SHA-256 (32 bytes)."""
        return tuple(self._exact.get(("digest", sha256), ()))

    def image(self, hashes: Sequence[bytes], quality: int) -> tuple[Match, ...]:
        """Return the entries near a picture, nearest first.

        Args:
            hashes: PDQ in one or more (dihedral) forms, 32 bytes each.
            quality: PDQ quality, 0..100.
        """
        return tuple(
            _match(near.item, near.entry, near.distance, quality, tight=near.tight)
            for near in self._images.near(hashes, quality)
        )

    def host(self, host: str) -> tuple[Match, ...]:
        """Return the entries for a host or a domain above it, the nearest first."""
        return self._hosts(host)

    def address(self, url: str) -> tuple[Match, ...]:
        """Return the entries for a full address (`http` or `https`)."""
        canonical = canonical_address(url)
        return self._keyed("address", (canonical,) if canonical else ())

    def _find_host(self, host: str) -> tuple[Match, ...]:
        return self._keyed("host", suffixes(host))

    def _keyed(self, kind: str, names: Iterable[str]) -> tuple[Match, ...]:
        return tuple(
            match
            for name in names
            for salt in self._salts
            for match in self._exact.get((kind, digest(name, salt)), ())
        )


@cache
def builtin() -> Index:
    """Return the index over the shipped list `test`: harmless entries that show blocking works.

    Raises:
        FeedError: When the shipped file is damaged.
        OSError: When it cannot be read.
    """
    path = Path(__file__).parent / "builtin" / "test.json"
    return MemoryIndex([read_list(path.read_bytes())])


def _key(entry: HostEntry | AddressEntry | DigestEntry) -> tuple[str, bytes]:
    value = entry.sha256 if isinstance(entry, DigestEntry) else entry.digest
    return entry.kind, bytes.fromhex(value)


def _match(
    one: ListFile, entry: Entry, distance: int = 0, quality: int = 100, *, tight: bool = True
) -> Match:
    return Match(
        one.name, entry.id, one.version, entry.category, entry.kind, distance, quality, tight
    )


def _version(lists: Sequence[ListFile]) -> str:
    content = hashlib.sha256()
    for one in lists:
        text = one.model_dump_json().encode()
        content.update(len(text).to_bytes(8) + text)
    return content.hexdigest()[:16]
