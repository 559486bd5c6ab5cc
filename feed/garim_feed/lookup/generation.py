"""All lists of one generation as one index; opened once, never changed.

Rules:
- For one list, look-ups go from the most specific expression to the least: a longer host before a
  shorter one, on one host its addresses before the host itself, a longer path before a shorter one;
  for files SHA-256 before SHA-1 before MD5, because the weaker can be made to collide. The first
  expression with an entry in force decides for that list. Lists do not outvote each other: what any
  list blocks is a match, and a list found in two feeds is two matches.
- An innocent look-alike silences the pictures and videos of all lists of its feed.
- What was found for a host is remembered until the day changes: a page asks the same few hosts
  hundreds of times. Addresses cost hashes only on hosts for which a list may have some.
- Hosts, addresses, files and torrents are looked up without numpy.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from garim_feed.addresses.canonical import canonical, canonical_host
from garim_feed.addresses.expressions import host_expressions
from garim_feed.kinds import DIGESTS, HASH_BYTES, QUALITY_FLOOR, Kind
from garim_feed.lookup.generation_file import ListRecord, PartRecord, read_generation
from garim_feed.lookup.index_file import IndexFile
from garim_feed.lookup.list_index import KeyMemory, ListIndex
from garim_feed.lookup.match import Keeper, Match
from garim_feed.lookup.part import Part

_REMEMBERED_HOSTS = 4096
_TORRENTS = {20: b"1", 32: b"2"}
"""Version byte of a torrent's key by the length of its info-hash."""
_DAY = 86_400


def today() -> int:
    """Return the number of the present day (UTC), counted from `kinds.EPOCH`."""
    return int(time.time()) // _DAY


@dataclass(frozen=True, slots=True)
class _Host:
    """What all lists say of a host.

    Attributes:
        matches: The entries for the host itself or a domain above it.
        settled: Those of lists that can have no addresses there.
        open: The other lists, each with the hosts on which it may have addresses.
    """

    matches: tuple[Match, ...]
    settled: tuple[Match, ...]
    open: tuple[tuple[ListIndex, frozenset[str]], ...]


class Generation:
    """A `match.Index` over the lists of a folder.

    Args:
        folder: The generation's folder.
        clock: Tells the present day, counted from `kinds.EPOCH`.

    Attributes:
        name: The folder's name.
        lists: The lists' indexes.

    Raises:
        FeedError: When the folder is not whole.
    """

    def __init__(self, folder: Path, clock: Callable[[], int] = today) -> None:
        described = read_generation(folder)
        self.name = folder.name
        self.lists = tuple(open_list(folder, record) for record in described.lists)
        self._content = described.content[:16]
        self._ends = sorted(frozenset[int]().union(*(one.ends for one in self.lists)))
        self._clock = clock
        self._day = clock()
        self._hosts: dict[str, _Host] = {}
        self._kinds = frozenset[Kind]().union(*(one.kinds for one in self.lists))
        self._keepers = {
            (one.record.feed, one.record.manifest.name): one.record.keeper for one in self.lists
        }

    @property
    def version(self) -> str:
        """16 hex digits of the content's digest, and how many ends of entries have passed."""
        if not self._ends:
            return self._content
        return f"{self._content}-{bisect_right(self._ends, self._clock())}"

    @property
    def digests(self) -> frozenset[str]:
        """Which of `sha256`, `sha1`, `md5` any list has entries for."""
        return frozenset(kind.value for kind in DIGESTS if kind in self._kinds)

    def digest(self, sha256: bytes, sha1: bytes = b"", md5: bytes = b"") -> tuple[Match, ...]:
        """Return the entries for a file by its digests (empty: not asked)."""
        asked = zip(DIGESTS.items(), (sha256, sha1, md5), strict=True)
        return self._decide([(kind, raw) for (kind, size), raw in asked if len(raw) == size])

    def torrent(self, info_hash: bytes) -> tuple[Match, ...]:
        """Return the entries for an info-hash: 20 bytes for v1, 32 bytes for v2."""
        version = _TORRENTS.get(len(info_hash))
        return () if version is None else self._decide([(Kind.TORRENT, version + info_hash)])

    def host(self, host: str) -> tuple[Match, ...]:
        """Return the entries for a host or a domain above it."""
        return self._host(canonical_host(host)).matches

    def address(self, url: str) -> tuple[Match, ...]:
        """Return the entries for a full address, its host's and its path's prefixes included."""
        address = canonical(url)
        if address is None:
            return ()
        host = self._host(address.host)
        if not host.open:
            return host.settled
        keys, found = KeyMemory(), list(host.settled)
        for one, scoped in host.open:
            found += one.decide_address(address, scoped, keys, self._day)
        return tuple(found)

    def image(self, hashes: Sequence[bytes], quality: int) -> tuple[Match, ...]:
        """Return the entries near a picture, nearest first: `image` entries and `video` frames.

        Args:
            hashes: PDQ in one or more (dihedral) forms, 32 bytes each; the nearest form counts.
            quality: PDQ quality of the picture, 0..100.

        Raises:
            FeedError: When a list is damaged.
            ValueError: When a hash has not 32 bytes.
        """
        if any(len(one) != HASH_BYTES for one in hashes):
            raise ValueError("a PDQ hash has 32 bytes")
        if quality < QUALITY_FLOOR or self._kinds.isdisjoint({Kind.IMAGE, Kind.VIDEO}):
            return ()
        found: list[Match] = []
        silenced: set[str] = set()
        for one in self.lists:
            innocent, matches = one.near(hashes, quality, self._clock())
            found += matches
            if innocent:
                silenced.add(one.record.feed)
        heard = (match for match in found if match.feed not in silenced)
        return tuple(sorted(heard, key=lambda match: (match.distance, match.entry, match.feed)))

    def keeper(self, match: Match) -> Keeper | None:
        """Return who keeps the list of a match, where it is known."""
        return self._keepers.get((match.feed, match.list))

    def _decide(self, subjects: Sequence[tuple[Kind, bytes]]) -> tuple[Match, ...]:
        keys, day = KeyMemory(), self._clock()
        return tuple(match for one in self.lists for match in one.decide(subjects, keys, day))

    def _host(self, host: str) -> _Host:
        """Return what is known of a canonical host."""
        day = self._clock()
        if day != self._day or len(self._hosts) >= _REMEMBERED_HOSTS:
            self._hosts, self._day = {}, day
        found = self._hosts.get(host)
        if found is None:
            found = self._hosts[host] = self._find_host(host, day)
        return found

    def _find_host(self, host: str, day: int) -> _Host:
        names = host_expressions(host)
        subjects = [(Kind.HOST, name.encode("ascii")) for name in names]
        keys = KeyMemory()
        matches: list[Match] = []
        settled: list[Match] = []
        unsettled: list[tuple[ListIndex, frozenset[str]]] = []
        for one in self.lists:
            own = one.decide(subjects, keys, day)
            matches += own
            scoped = frozenset(name for name in names if one.in_scope(name))
            if scoped:
                unsettled.append((one, scoped))
            else:
                settled += own
        return _Host(tuple(matches), tuple(settled), tuple(unsettled))


def open_list(folder: Path, record: ListRecord) -> ListIndex:
    """Open the parts of one list.

    Raises:
        FeedError: When one is not whole, or not the one that the generation is made of.
    """
    records = (record.base,) if record.tail is None else (record.tail, record.base)
    return ListIndex(record, [open_part(folder, one) for one in records])


def open_part(folder: Path, record: PartRecord) -> Part:
    """Open one part.

    Raises:
        FeedError: When it is not whole, or not the one that the generation is made of.
    """
    file = IndexFile(folder / record.file)
    if (file.size, file.crc) != (record.size, record.crc):
        raise file.damaged("it is another one")
    return Part(file)
