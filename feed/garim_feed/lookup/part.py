"""One part of a list, read without numpy: exact entries, terms, what it takes away, the scope gate.

Arrays of a part's file (`index_file`); a column is one value long when all entries have the same:
    terms.added, terms.expires (u2), terms.effect (u1)     the distinct terms
    <kind>.keys (u8), <kind>.terms (u1, u2)                exact entries, sorted by key
    image.pdq (u1, N x 32), image.quality|tight|wide (u1), image.terms, image.band.*
    video.ids (u8), video.tight|wide (u1), video.terms     videos
    frame.pdq (u1, M x 32), frame.quality (u1), frame.video, frame.time (u4), frame.band.*
    scopes (u8)                                            bit filter over hosts with addresses
    gone.<kind> (u8), gone.image, gone.video (u4)          keys, or rows of the part before

Rules:
- Lengths that belong together are checked when a part is opened.
- The scope gate may say yes for a host without addresses (1 of 12), never no for one that has some.
"""

from typing import TYPE_CHECKING, overload

from garim_feed.kinds import EFFECTS, EXACT, HASH_BYTES, Kind, Term
from garim_feed.lookup.exact import ExactTable, SortedKeys
from garim_feed.lookup.index_file import IndexFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCOPE_BITS = 6
"""Bits of the filter a host: 8 % false positives with two bits set for each."""
_SPREAD = 0x9E37_79B1
"""An odd number near 2^32 over the golden ratio: spreads a scope to a second place (Knuth)."""

_PICTURES = {
    Kind.IMAGE: ("image.pdq", ("image.quality", "image.tight", "image.wide", "image.terms")),
    Kind.VIDEO: ("video.ids", ("video.tight", "video.wide", "video.terms")),
}
"""The array that has one row an entry, and the columns beside it."""
_FRAMES = ("frame.pdq", ("frame.video", "frame.time", "frame.quality"))


@overload
def scope_places(scope: int, bits: int) -> tuple[int, int]: ...
@overload
def scope_places(
    scope: "NDArray[np.uint64]", bits: int
) -> "tuple[NDArray[np.uint64], NDArray[np.uint64]]": ...
def scope_places(scope: "int | NDArray[np.uint64]", bits: int) -> tuple[object, object]:
    """Return the two places of a scope, or of each of many, in a filter of so many bits."""
    return scope * bits >> 32, (scope * _SPREAD & 0xFFFF_FFFF) * bits >> 32


class Part:
    """One part of a list.

    Args:
        file: Its open file.

    Attributes:
        file: The same.
        exact: Its exact entries by kind; kinds without entries are not there.
        gone: Keys of the part before that it takes away, by exact kind.

    Raises:
        FeedError: When its arrays do not belong together.
    """

    def __init__(self, file: IndexFile) -> None:
        self.file = file
        self._added = file.view("terms.added", "u2")
        self._expires = file.view("terms.expires", "u2")
        self._effects = file.view("terms.effect", "u1")
        self._scopes = file.view("scopes", "u8")
        self._scope_bits = 64 * len(self._scopes)
        self.gone = {
            kind: SortedKeys(keys) for kind in EXACT if (keys := file.view(f"gone.{kind}", "u8"))
        }
        self.exact = {
            kind: self._table(kind, keys)
            for kind in EXACT
            if (keys := file.view(f"{kind}.keys", "u8"))
        }
        if len({len(self._added), len(self._expires), len(self._effects)}) > 1:
            raise self.file.damaged("its arrays do not belong together")
        self._check_columns()

    @property
    def ends(self) -> frozenset[int]:
        """Days on which an entry stops counting."""
        return frozenset(self._expires) - {0}

    @property
    def kinds(self) -> frozenset[Kind]:
        """Kinds that have entries, but for `audio`, which is not looked up."""
        found = {kind for kind, (rows, _) in _PICTURES.items() if self.file.shape(rows)[0]}
        return frozenset(self.exact) | found

    def find(self, kind: Kind, key: int) -> Term | None:
        """Return the term of an exact entry, or `None` when there is none."""
        table = self.exact.get(kind)
        if table is None:
            return None
        number = table.term(key)
        return None if number < 0 else self.term(number)

    def takes_away(self, kind: Kind, key: int) -> bool:
        """Whether an exact entry of the part before is gone."""
        gone = self.gone.get(kind)
        return gone is not None and gone.find(key) >= 0

    def term(self, number: int) -> Term | None:
        """Return a term; `None` where the file is damaged."""
        if number >= len(self._added) or self._effects[number] >= len(EFFECTS):
            return None
        effect = EFFECTS[self._effects[number]]
        return Term(self._added[number], self._expires[number], effect)

    def in_scope(self, scope: int) -> bool:
        """Whether there may be addresses on the host of a scope (`keys.scope32`)."""
        if not self._scope_bits:
            return False
        first, second = scope_places(scope, self._scope_bits)
        words = self._scopes
        return bool(words[first >> 6] >> (first & 63) & words[second >> 6] >> (second & 63) & 1)

    def _table(self, kind: Kind, keys: "memoryview[int]") -> ExactTable:
        terms = self.file.view(f"{kind}.terms", "u1", "u2")
        if len(terms) not in {1, len(keys)}:
            raise self.file.damaged("its arrays do not belong together")
        return ExactTable(keys, terms)

    def _check_columns(self) -> None:
        for rows, columns in (*_PICTURES.values(), _FRAMES):
            shape = self.file.shape(rows)
            hashes = rows.endswith(".pdq")
            if shape[0] and shape[1:] != ((HASH_BYTES,) if hashes else ()):
                raise self.file.damaged("its arrays do not belong together")
            shapes = {self.file.shape(name) for name in columns}
            if not shapes <= ({(1,), shape[:1]} if shape[0] else {(0,)}):
                raise self.file.damaged("its arrays do not belong together")
