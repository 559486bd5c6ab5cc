"""One large step of a list cut into several segments, each small enough for a file.

Rules:
- Applied in order, the pieces have the same effect; no piece names what another one names.
- A piece weighs at most `BUDGET` raw bytes, so that its file stays under `segment.MAX_FILE` even if
  nothing in it can be compressed. Only a single video or sound can be heavier by itself.
"""

from collections.abc import Iterator

from garim_feed.tables import Segment
from garim_feed.wire import layout, rows
from garim_feed.wire.columns import WIDTH
from garim_feed.wire.merge import merge
from garim_feed.wire.terms import normal

BUDGET = 60 << 20
"""Raw bytes of a piece, but for its terms (at most 0.4 MB)."""


def cut(segment: Segment, budget: int = BUDGET) -> Iterator[Segment]:
    """Yield the segment, or its halves, halved again until they fit.

    Args:
        segment: Of any size.
        budget: Raw bytes of a piece.

    Raises:
        FeedError: More distinct terms than a list can have.
    """
    # Without removals that its own additions make needless, halves have nothing in common.
    yield from _cut(Segment(*merge([segment])), budget)


def _cut(segment: Segment, budget: int) -> Iterator[Segment]:
    columns = dict(layout.contents(segment))
    weight = sum(len(values) * WIDTH[layout.ORDER[name]] for name, values in columns.items())
    keys = (len(values) for name, values in columns.items() if name in layout.KEYS)
    if weight <= budget or max(keys, default=0) <= 1:
        yield Segment(normal(segment.added), segment.removed)
        return
    for upper in (False, True):
        yield from _cut(_half(segment, upper=upper), budget)


def _half(segment: Segment, *, upper: bool) -> Segment:
    """Return the lower or upper half of every table and of every other column."""
    added, removed = segment.added, segment.removed
    tables = {
        kind: rows.span(kind, table, *_span(len(layout.key(table, kind)), upper=upper))
        for kind in layout.SHAPES
        if (table := layout.table(added, kind)) is not None
    }
    gone = {
        kind: keys[slice(*_span(len(keys), upper=upper))]
        for kind in layout.SHAPES
        if (keys := layout.removed(removed, kind)) is not None
    }
    scopes = added.scopes
    if scopes is not None:
        scopes = scopes[slice(*_span(len(scopes), upper=upper))]
    return Segment(layout.tables(added.terms, tables, scopes), layout.removals(gone))


def _span(count: int, *, upper: bool) -> tuple[int, int]:
    return (count // 2, count) if upper else (0, count // 2)
