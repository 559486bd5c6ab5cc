"""The segment that leads from one content to another.

Rules:
- Applied to the old content it gives the new one, entry by entry and term by term.
- It adds what is new or has changed, takes away what is gone, and names nothing else.
- Scopes that the old content does not have are added; none is taken away.
"""

from typing import TYPE_CHECKING

import numpy as np

from garim_feed.tables import Segment, Tables
from garim_feed.wire import layout, rows, sets
from garim_feed.wire.terms import chunks, normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from garim_feed.kinds import Kind
    from garim_feed.wire.columns import Column
    from garim_feed.wire.layout import Table
    from garim_feed.wire.terms import Flags

    type Numbers = NDArray[np.uint32]


def difference(old: Tables, new: Tables) -> Segment:
    """Return the segment that makes `new` of `old`.

    Raises:
        FeedError: More distinct terms than a list can have.
    """
    numbers = _numbers(old, new)
    added: dict[Kind, Table] = {}
    removed: dict[Kind, Column] = {}
    for kind in layout.SHAPES:
        before, after = layout.table(old, kind), layout.table(new, kind)
        if after is not None:
            flags = None if before is None else _changed(kind, before, after, numbers)
            added[kind] = after if flags is None else rows.select(kind, after, flags)
        if before is not None:
            keys = layout.key(before, kind)
            removed[kind] = keys if after is None else sets.minus(keys, layout.key(after, kind))
    scopes = new.scopes
    if scopes is not None and old.scopes is not None:
        scopes = sets.minus(scopes, old.scopes)
    return Segment(normal(layout.tables(new.terms, added, scopes)), layout.removals(removed))


def _numbers(old: Tables, new: Tables) -> "tuple[Numbers, Numbers]":
    """Return a common numbering of both contents' terms, which may be twice as many as fit u16."""
    index = {term: number for number, term in enumerate({*old.terms, *new.terms})}
    first, second = (np.array([index[term] for term in one.terms], np.uint32) for one in (old, new))
    return first, second


def _changed(
    kind: "Kind", before: "Table", after: "Table", numbers: "tuple[Numbers, Numbers]"
) -> "Flags":
    """Return which rows of `after` are not in `before` just as they are."""
    keys, wanted = layout.key(before, kind), layout.key(after, kind)
    changed = np.ones(len(wanted), np.bool_)
    for part in chunks(len(wanted)):
        places, there = sets.find(keys, wanted[part])
        mine = np.flatnonzero(there) + part.start
        theirs = places[there]
        same = numbers[0][before.terms[theirs]] == numbers[1][after.terms[mine]]
        for field in layout.SHAPES[kind].rows.keys() - {"terms", layout.SHAPES[kind].key}:
            same &= getattr(before, field)[theirs] == getattr(after, field)[mine]
        changed[mine[same]] = False
    if layout.SHAPES[kind].parts:
        _compare_parts(kind, before, after, changed)
    return changed


def _compare_parts(kind: "Kind", before: "Table", after: "Table", changed: "Flags") -> None:
    """Set the flags of rows that are alike but for their frames or points."""
    alike = ~changed
    if not alike.any():
        return
    there = sets.lacking(layout.key(before, kind), layout.key(after, kind)[alike])
    theirs = np.ones(len(layout.key(before, kind)), np.bool_) if there is None else ~there
    counts = rows.counts(after)
    mine, theirs = np.repeat(alike, counts), np.repeat(theirs, rows.counts(before))
    differ = np.zeros(int(mine.sum()), np.bool_)
    for field in layout.SHAPES[kind].parts:
        unlike = getattr(after, field)[mine] != getattr(before, field)[theirs]
        differ |= unlike.any(axis=1) if unlike.ndim > 1 else unlike
    sizes = counts[alike].astype(np.int64)
    changed[alike] = np.logical_or.reduceat(differ, np.cumsum(sizes) - sizes)
