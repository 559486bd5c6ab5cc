"""Which columns a segment holds, in which order: the one table that files, sums and merges follow.

Rules:
- A table is there with all its columns or not at all; an empty table is not there.
- Columns are named `<table>.<field>`, fields being those of `tables.py`; order is fixed.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from garim_feed.kinds import EXACT, Kind
from garim_feed.tables import Audios, Images, Keys, Removals, Segment, Tables, Videos
from garim_feed.wire.columns import Coding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from garim_feed.wire.columns import Column

type Table = Keys | Images | Videos | Audios


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of one table.

    Attributes:
        kind: Kind of its entries.
        make: Its class in `tables.py`.
        key: Field of the key.
        rows: Fields with one value an entry, in file order; `counts`, if there, says how many
            values of each part belong to an entry.
        parts: Fields with one value a frame or point.
    """

    kind: Kind
    make: type[Any]
    key: str
    rows: dict[str, Coding]
    parts: dict[str, Coding]

    @property
    def fields(self) -> dict[str, Coding]:
        """All fields, in file order."""
        return {**self.rows, **self.parts}


_KEYS = {"keys": Coding.D64, "terms": Coding.U16}
_BOUNDS = {"tight": Coding.U8, "wide": Coding.U8, "terms": Coding.U16}
SHAPES: dict[Kind, Shape] = {
    **{kind: Shape(kind, Keys, "keys", _KEYS, {}) for kind in EXACT},
    Kind.IMAGE: Shape(
        Kind.IMAGE, Images, "pdq", {"pdq": Coding.D256, "quality": Coding.U8, **_BOUNDS}, {}
    ),
    Kind.VIDEO: Shape(
        Kind.VIDEO,
        Videos,
        "ids",
        {"ids": Coding.D64, "duration": Coding.U32, **_BOUNDS, "counts": Coding.U32},
        {"frames": Coding.X256, "quality": Coding.U8, "times": Coding.W32},
    ),
    Kind.AUDIO: Shape(
        Kind.AUDIO,
        Audios,
        "ids",
        {
            "ids": Coding.D64,
            "duration": Coding.U32,
            "terms": Coding.U16,
            "counts": Coding.U32,
        },
        {"points": Coding.U32},
    ),
}
"""Every table, in file order."""

TERMS = {"term.added": Coding.U16, "term.expires": Coding.U16, "term.effect": Coding.U8}
SCOPES = "scopes"
REMOVED = {kind: f"removed.{kind}" for kind in SHAPES}
ORDER: dict[str, Coding] = {
    **TERMS,
    **{
        f"{shape.kind}.{field}": coding
        for shape in SHAPES.values()
        for field, coding in shape.fields.items()
    },
    SCOPES: Coding.D32,
    **{REMOVED[kind]: shape.rows[shape.key] for kind, shape in SHAPES.items()},
}
"""Every column that a segment may hold, in file order, and its coding."""
KEYS = frozenset({SCOPES, *REMOVED.values(), *(f"{one.kind}.{one.key}" for one in SHAPES.values())})
"""Columns that are sorted and without duplicates."""


def table(tables: Tables, kind: Kind) -> Table | None:
    """Return the table of a kind, or `None` where it has no entries."""
    match kind:
        case Kind.IMAGE:
            found: Table | None = tables.images
        case Kind.VIDEO:
            found = tables.videos
        case Kind.AUDIO:
            found = tables.audios
        case _:
            found = tables.exact.get(kind)
    return found if found is not None and len(key(found, kind)) else None


def key(of: Table, kind: Kind) -> "Column":
    """Return a table's keys: (N,) uint64, or (N, 32) uint8 for pictures."""
    found: Column = getattr(of, SHAPES[kind].key)
    return found


def removed(removals: Removals, kind: Kind) -> "Column | None":
    """Return the keys of a kind that are removed, or `None` where there are none."""
    match kind:
        case Kind.IMAGE:
            found: Column | None = removals.images
        case Kind.VIDEO:
            found = removals.videos
        case Kind.AUDIO:
            found = removals.audios
        case _:
            found = removals.exact.get(kind)
    return found if found is not None and len(found) else None


def columns(tables: Tables) -> "Iterator[tuple[str, Column]]":
    """Yield the columns of all tables that have entries, in file order; no terms, no scopes."""
    for kind, shape in SHAPES.items():
        found = table(tables, kind)
        if found is not None:
            for field in shape.fields:
                yield f"{kind}.{field}", getattr(found, field)


def contents(segment: Segment) -> "Iterator[tuple[str, Column]]":
    """Yield every column of a segment that has values, but for the terms, in file order."""
    yield from columns(segment.added)
    if segment.added.scopes is not None and len(segment.added.scopes):
        yield SCOPES, segment.added.scopes
    for kind, name in REMOVED.items():
        keys = removed(segment.removed, kind)
        if keys is not None:
            yield name, keys


def tables(terms: "tuple[Any, ...]", found: "dict[Kind, Table]", scopes: "Column | None") -> Tables:
    """Return tables from their parts; what is empty is left out."""
    full = {kind: one for kind, one in found.items() if len(key(one, kind))}
    return Tables(
        terms=terms,
        exact={kind: one for kind, one in full.items() if isinstance(one, Keys)},
        images=_only(full.get(Kind.IMAGE), Images),
        videos=_only(full.get(Kind.VIDEO), Videos),
        audios=_only(full.get(Kind.AUDIO), Audios),
        scopes=scopes if scopes is not None and len(scopes) else None,
    )


def removals(found: "dict[Kind, Column]") -> Removals:
    """Return removals from their parts; what is empty is left out."""
    full = {kind: keys for kind, keys in found.items() if len(keys)}
    return Removals(
        exact={kind: full[kind] for kind in EXACT if kind in full},
        images=full.get(Kind.IMAGE),
        videos=full.get(Kind.VIDEO),
        audios=full.get(Kind.AUDIO),
    )


def _only[T](found: Table | None, make: type[T]) -> T | None:
    return found if isinstance(found, make) else None
