"""Which segments are merged."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.publish.compaction import MOST, RUN, SEALED, UNIT, plan, wasteful

SMALL = UNIT // 2
TABLE = [
    ([], []),
    ([SMALL], [1]),
    ([SMALL] * 3, [1, 1, 1]),
    ([SMALL] * 4, [4]),
    ([60 << 20, SMALL], [1, 1]),
    ([60 << 20, SMALL, SMALL, SMALL, SMALL], [1, 4]),
    ([UNIT * 2] * 3 + [SMALL], [1, 1, 1, 1]),
    ([UNIT * 2] * 4, [4]),
    ([UNIT * 2] * 3 + [SMALL] * 4, [7]),
    ([SMALL, UNIT * 2, SMALL, SMALL, SMALL], [1, 1, 1, 1, 1]),
    ([SEALED] * 4 + [SMALL], [1, 1, 1, 1, 1]),
    ([SEALED * 2] * 20, [1] * 20),
]


@pytest.mark.parametrize(("sizes", "runs"), TABLE)
def test_runs(sizes, runs):
    assert [end - start for start, end in plan(sizes)] == runs


@given(st.lists(st.integers(1, SEALED * 2), max_size=60))
def test_runs_cover_everything_in_order_and_nothing_grows_too_large(sizes):
    runs = plan(sizes)
    assert [place for start, end in runs for place in range(start, end)] == list(range(len(sizes)))
    for start, end in runs:
        assert end - start == 1 or sum(sizes[start:end]) < 2 * SEALED
    sums = [sum(sizes[start:end]) for start, end in runs]
    if len(runs) > MOST:
        assert all(one + other >= 2 * SEALED for one, other in pairwise(sums))


def test_a_plan_is_settled_once_it_is_carried_out():
    sizes = [SMALL * (n % 7 + 1) for n in range(30)]
    merged = [sum(sizes[start:end]) for start, end in plan(sizes)]
    assert all(end - start == 1 for start, end in plan(merged))


def test_a_year_of_publishing_stays_within_bounds():
    sizes, moved, publishes = [60 << 20], 0, 3000
    for number in range(publishes):
        new = SMALL + number % 5 * 100
        sizes.append(new)
        runs = plan(sizes)
        moved += sum(sum(sizes[a:b]) for a, b in runs if b - a > 1)
        sizes = [sum(sizes[a:b]) for a, b in runs]
        assert len(sizes) <= MOST
    # An entry is written, and downloaded again, once a level at most.
    assert moved / publishes < RUN * SMALL * 2


@pytest.mark.parametrize(
    ("rows", "entries", "anew"),
    [
        (0, 0, False),
        (10_000, 0, False),
        (10_001, 0, True),
        (210_000, 100_000, False),
        (210_001, 100_000, True),
    ],
)
def test_waste(rows, entries, anew):
    assert wasteful(rows, entries) is anew
