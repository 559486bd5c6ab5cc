import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.wire import sets, terms

NUMBERS = st.sets(st.sampled_from(made.NUMBERS)).map(lambda found: np.array(sorted(found), "u8"))
ROWS = st.sets(st.sampled_from(made.ROWS)).map(
    lambda found: np.frombuffer(b"".join(sorted(found)), np.uint8).reshape(-1, 32)
)
PAIRS = st.one_of(st.tuples(NUMBERS, NUMBERS), st.tuples(ROWS, ROWS))


def plain(keys):
    return [row.tobytes() for row in keys] if keys.ndim == 2 else keys.tolist()


@pytest.fixture(autouse=True, scope="module")
def _small_chunks():
    patch = pytest.MonkeyPatch()
    patch.setattr(terms, "CHUNK", 2)
    yield
    patch.undo()


@made.QUICK
@given(PAIRS)
def test_sets_are_what_sets_are(pair):
    one, two = pair
    first, second = set(plain(one)), set(plain(two))
    assert plain(sets.minus(one, two)) == sorted(first - second)
    assert plain(sets.union(one, two)) == sorted(first | second)
    kept = sets.lacking(one, two)
    assert (kept is None) == first.isdisjoint(second)
    places, there = sets.find(one, two)
    assert [key in first for key in plain(two)] == there.tolist()
    assert places.tolist() == [sum(mine < key for mine in first) for key in plain(two)]


@made.QUICK
@given(PAIRS)
def test_values_follow_their_keys(pair):
    older, newer = sets.minus(*pair), pair[1]
    flags = sets.joint(older, newer)
    both = sets.interleaved(older, newer, flags)
    assert plain(both) == sorted(plain(older) + plain(newer))
    values = sets.interleaved(np.zeros(len(older), "u1"), np.ones(len(newer), "u1"), flags)
    assert [key in plain(newer) for key in plain(both)] == (values == 1).tolist()


def test_nothing_beside_something():
    keys = np.array([1, 2], np.uint64)
    assert sets.union(None, None) is None
    assert sets.union(keys, None) is keys
    assert sets.union(None, keys) is keys


def test_rows_compare_as_their_bytes():
    rows = np.frombuffer(b"".join(sorted(made.ROWS)), np.uint8).reshape(-1, 32)
    order = sets.sortable(rows)
    assert (order[1:] > order[:-1]).all()
    assert sets.sortable(rows[::2]).shape == (4,)
