"""Which segments of a list are merged, so that they stay few and readers download little again.

Rules:
- Segments have levels by their bytes, each four times the one before. When four stand at the end
  on one level (smaller ones after them included), they become one of a level above.
- So an ordinary publish adds one small segment, and an entry is downloaded again at most once a
  level by readers who stay up to date.
- A list has at most `MOST` segments, as long as two neighbours are together below twice `SEALED`
  (a list of some 500 MB); a catalogue can name four times as many.
- When what the segments hold is more than twice what is on the list, the list starts anew.
"""

from collections.abc import Sequence

UNIT = 16 * 1024
"""Bytes of the largest segment of the lowest level: 1,000 changes are about half of it."""
FACTOR = 4
RUN = 4
"""Segments of a level that are merged."""
MOST = 16
SEALED = 24 << 20
"""Bytes from which on a segment has no level any more; a file can have 64 MiB."""
WASTE = 10_000
"""Rows that a list may hold in vain, whatever its size."""

type Runs = list[tuple[int, int]]


def plan(sizes: Sequence[int]) -> Runs:
    """Return which segments become one: `(start, end)` runs that cover all, in order.

    Args:
        sizes: Bytes of the segments, in their order.
    """
    runs = [(place, place + 1) for place in range(len(sizes))]
    while True:
        weights = [sum(sizes[start:end]) for start, end in runs]
        start, end = _level(weights) or _excess(weights) or (0, 0)
        if start == end:
            return runs
        runs[start:end] = [(runs[start][0], runs[end - 1][1])]


def wasteful(rows: int, entries: int) -> bool:
    """Whether a list should start anew: its segments hold too much that no longer counts."""
    return rows > 2 * entries + WASTE


def _level(weights: list[int]) -> tuple[int, int] | None:
    """Return the run at the end that fills a level, of the lowest level that is full."""
    levels = [_number(weight) for weight in weights]
    start = len(levels)
    while start and weights[start - 1] < SEALED:
        level = max(levels[start - 1 :])
        while start and levels[start - 1] <= level and weights[start - 1] < SEALED:
            start -= 1
        if levels[start:].count(level) >= RUN and sum(weights[start:]) < 2 * SEALED:
            return start, len(levels)
    return None


def _excess(weights: list[int]) -> tuple[int, int] | None:
    """Return the lightest pair of neighbours when there are too many segments."""
    if len(weights) <= MOST:
        return None
    pairs = [weights[at] + weights[at + 1] for at in range(len(weights) - 1)]
    at = min(range(len(pairs)), key=pairs.__getitem__)
    return (at, at + 2) if pairs[at] < 2 * SEALED else None


def _number(weight: int) -> int:
    level = 0
    while weight >= UNIT * FACTOR**level:
        level += 1
    return level
