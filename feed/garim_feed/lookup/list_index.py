"""One list: its base, what is newer (tail), and what was taken back.

Rules:
- The tail wins: what it has, it decides; what it takes away is not in the base. Everything the tail
  leaves alone is looked up in the base.
- The first of several expressions that has an entry in force decides: `block` is a match, `allow`
  is none.
- An expired entry counts as absent. So does a revoked one that blocks: a revocation can only take
  blocks away, so it never takes away what allows or what marks the innocent.
- Only `near` imports numpy.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from garim_feed.addresses.canonical import Address
from garim_feed.addresses.expressions import host_expressions, path_expressions
from garim_feed.keys import key64, scope32
from garim_feed.kinds import DIGESTS, Effect, Kind, Term, day, entry_id
from garim_feed.lookup.generation_file import ListRecord
from garim_feed.lookup.match import Match
from garim_feed.lookup.part import Part

if TYPE_CHECKING:
    from garim_feed.lookup.pictures import Near, Pictures

MAX_NEAR = 256
"""Pictures of one part that one search names; a crowd says no more than its first."""
_PICTURES = (Kind.IMAGE, Kind.VIDEO)


class KeyMemory(dict[tuple[bytes, Kind, bytes], int]):
    """Keys by salt, kind and subject, so that lists with one salt hash a subject once."""

    def __missing__(self, wanted: tuple[bytes, Kind, bytes]) -> int:
        salt, kind, subject = wanted
        found = self[wanted] = key64(kind, subject, salt)
        return found


class ListIndex:
    """Look-ups in one list.

    Args:
        record: What is said of it.
        parts: Its parts, the newer one first: tail and base, or only base.

    Attributes:
        record: The same.
        kinds: Kinds that have entries.
    """

    def __init__(self, record: ListRecord, parts: Sequence[Part]) -> None:
        self.record = record
        self.kinds = frozenset[Kind]().union(*(part.kinds for part in parts))
        self._parts = tuple(parts)
        self._salt = bytes.fromhex(record.manifest.salt)
        self._revoked = frozenset(record.revoked)
        self._pictures: tuple[Pictures, ...] | None = None

    def decide(
        self, subjects: Iterable[tuple[Kind, bytes]], keys: KeyMemory, today: int
    ) -> tuple[Match, ...]:
        """Return the match of the first subject that has an entry in force, if it blocks.

        Args:
            subjects: Exact kinds and what is looked up (`keys.key64`), the most specific first.
            keys: Keys that are known already.
            today: Day counted from `kinds.EPOCH`.
        """
        for kind, subject in subjects:
            if kind in self.kinds:
                key = keys[self._salt, kind, subject]
                term = self._term(kind, key)
                if term is not None and term.in_force(today):
                    entry = entry_id(kind, key)
                    if term.effect is not Effect.BLOCK:
                        return ()
                    if entry not in self._revoked:
                        return (self._match(kind, entry, term.added),)
        return ()

    def decide_address(
        self, address: Address, scoped: Collection[str], keys: KeyMemory, today: int
    ) -> tuple[Match, ...]:
        """Return the match of the most specific entry in force for an address, if it blocks.

        A longer host comes before a shorter one; on one host a longer path before a shorter one,
        and all paths before the host itself.

        Args:
            address: The canonical address.
            scoped: Which of its `host_expressions` may have addresses (`in_scope`).
            keys: Keys that are known already.
            today: Day counted from `kinds.EPOCH`.
        """
        return self.decide(self._expressions(address, scoped), keys, today)

    def in_scope(self, host: str) -> bool:
        """Whether there may be addresses on this very host (canonical, ASCII)."""
        if Kind.ADDRESS not in self.kinds:
            return False
        scope = scope32(host, self._salt)
        return any(part.in_scope(scope) for part in self._parts)

    def near(
        self, hashes: Sequence[bytes], quality: int, today: int
    ) -> tuple[bool, tuple[Match, ...]]:
        """Return whether a picture is known as innocent, and the entries near it that block.

        Args:
            hashes: PDQ of its forms, 32 bytes each.
            quality: PDQ quality of the picture, 0..100.
            today: Day counted from `kinds.EPOCH`.

        Raises:
            FeedError: When the list is damaged.
        """
        found = [one.near(hashes, quality, today, MAX_NEAR) for one in self._opened()]
        blocked = (self._near(near, quality) for one in found for near in one.blocked)
        matches = tuple(match for match in blocked if match.entry not in self._revoked)
        return any(one.innocent for one in found), matches

    def _expressions(
        self, address: Address, scoped: Collection[str]
    ) -> Iterator[tuple[Kind, bytes]]:
        paths = path_expressions(address, self.record.manifest.parameters)
        for host in host_expressions(address.host):
            if host in scoped:
                for path in paths:
                    yield Kind.ADDRESS, (host + path).encode("ascii")
            yield Kind.HOST, host.encode("ascii")

    @property
    def ends(self) -> frozenset[int]:
        """Days on which an entry stops counting."""
        return frozenset[int]().union(*(part.ends for part in self._parts))

    def _opened(self) -> "tuple[Pictures, ...]":
        if self._pictures is None:
            if self.kinds.isdisjoint(_PICTURES):
                self._pictures = ()
            else:
                self._pictures = self._open()
        return self._pictures

    def _open(self) -> "tuple[Pictures, ...]":
        from garim_feed.lookup.pictures import Pictures  # noqa: PLC0415 - see the module's rules

        newer = (None, *(part.file for part in self._parts))
        return tuple(
            Pictures(part.file, kind, above)
            for part, above in zip(self._parts, newer, strict=False)
            for kind in _PICTURES
            if kind in part.kinds
        )

    def _term(self, kind: Kind, key: int) -> Term | None:
        """Return the term of an exact entry as it stands; `None` when there is none."""
        for part in self._parts:
            found = part.find(kind, key)
            if found is not None:
                return found
            if part.takes_away(kind, key):
                return None
        return None

    def _near(self, near: "Near", quality: int) -> Match:
        key = near.key if isinstance(near.key, int) else key64(near.kind, near.key, self._salt)
        return self._match(near.kind, entry_id(near.kind, key), near.added, near, quality)

    def _match(
        self, kind: Kind, entry: str, added: int, near: "Near | None" = None, quality: int = 100
    ) -> Match:
        manifest = self.record.manifest
        return Match(
            list=manifest.name,
            entry=entry,
            version=str(manifest.version),
            category=manifest.category,
            kind="digest" if kind in DIGESTS else kind.value,
            distance=near.distance if near else 0,
            quality=quality,
            tight=near.tight if near else True,
            feed=self.record.feed,
            added=day(added).isoformat(),
            time=near.time if near else 0,
        )
