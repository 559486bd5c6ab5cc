"""Segments put together, and the segment that leads from one content to another.

Rules:
- Putting together is associative: (older, newer) is one segment with the same effect on whatever
  came before. So segments are put together in pairs of like size, and memory stays at about twice
  the result, time at n log k.
- A newer entry replaces an older one of the same key; a newer removal takes it away.
- Removals that the result's own additions make needless are dropped.
- Scopes only grow.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from garim_feed.kinds import Term
from garim_feed.tables import Removals, Segment, Tables
from garim_feed.wire import layout, rows, sets
from garim_feed.wire.content import content_digest, count_removals, counts
from garim_feed.wire.difference import difference
from garim_feed.wire.terms import numbering, ordered, renumbered, used

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from garim_feed.kinds import Kind
    from garim_feed.wire.columns import Column
    from garim_feed.wire.layout import Table
    from garim_feed.wire.terms import Flags

__all__ = ["content_digest", "count_removals", "counts", "difference", "merge"]


def merge(segments: Iterable[Segment]) -> tuple[Tables, Removals]:
    """Return what segments, applied in order, come to.

    Args:
        segments: Oldest first; read one at a time, so an iterator that opens files one after
            another keeps memory low.

    Returns:
        The entries that are added in the end, with terms in normal form, and the removals that
        whoever has something older must still apply to it.

    Raises:
        FeedError: More distinct terms than a list can have.
    """
    stack: list[Segment] = []
    for segment in segments:
        stack.append(segment)
        while len(stack) > 1 and _size(stack[-2]) <= 2 * _size(stack[-1]):
            _fold(stack)
    while len(stack) > 1:
        _fold(stack)
    if not stack:
        return Tables(), Removals()
    last = _joined(Segment(Tables(), Removals()), stack.pop())
    return last.added, last.removed


def _fold(stack: list[Segment]) -> None:
    newer = stack.pop()
    stack.append(_joined(stack.pop(), newer))


def _size(segment: Segment) -> int:
    return sum(counts(segment.added).values()) + count_removals(segment.removed)


def _joined(older: Segment, newer: Segment) -> Segment:
    """Return one segment with the effect of both."""
    kept = {kind: _kept(kind, older.added, newer) for kind in layout.SHAPES}
    terms = ordered([*_used(older.added, kept), *_used(newer.added, {})])
    to = numbering(older.added.terms, terms), numbering(newer.added.terms, terms)
    tables: dict[Kind, Table] = {}
    removed: dict[Kind, Column] = {}
    for kind in layout.SHAPES:
        one = _moved(kind, older.added, to[0], kept[kind])
        two = _moved(kind, newer.added, to[1], None)
        both = rows.union(kind, one, two)
        gone = sets.union(layout.removed(older.removed, kind), layout.removed(newer.removed, kind))
        if both is not None:
            tables[kind] = both
        if gone is not None:
            removed[kind] = gone if both is None else sets.minus(gone, layout.key(both, kind))
    scopes = sets.union(older.added.scopes, newer.added.scopes)
    return Segment(layout.tables(terms, tables, scopes), layout.removals(removed))


def _kept(kind: "Kind", older: Tables, newer: Segment) -> "Flags | None":
    """Return which older rows the newer segment leaves as they are; `None` if all."""
    table = layout.table(older, kind)
    if table is None:
        return None
    keys = layout.key(table, kind)
    replaced = layout.table(newer.added, kind)
    kept = None if replaced is None else sets.lacking(keys, layout.key(replaced, kind))
    gone = layout.removed(newer.removed, kind)
    left = None if gone is None else sets.lacking(keys, gone)
    return kept if left is None else left if kept is None else kept & left


def _used(tables: Tables, kept: "dict[Kind, Flags | None]") -> Iterator[Term]:
    """Yield the terms that rows which are kept use."""
    flags = np.zeros(len(tables.terms), np.bool_)
    for kind in layout.SHAPES:
        table = layout.table(tables, kind)
        if table is not None:
            rest = kept.get(kind)
            flags |= used(table.terms if rest is None else table.terms[rest], len(flags))
    return (term for term, flag in zip(tables.terms, flags, strict=True) if flag)


def _moved(
    kind: "Kind", tables: Tables, to: "NDArray[np.uint16]", kept: "Flags | None"
) -> "Table | None":
    """Return the kept rows of a table under a new numbering of terms; `None` if there are none."""
    table = layout.table(tables, kind)
    if table is None or (kept is not None and not kept.any()):
        return None
    rest = table if kept is None else rows.select(kind, table, kept)
    return replace(rest, terms=renumbered(rest.terms, to))
