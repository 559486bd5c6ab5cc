"""Sorted keys: found or not, wherever they are; right even where keys are not evenly spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garim_feed.lookup.exact import ExactTable, SortedKeys

U64 = st.integers(0, 2**64 - 1)


def view(values, dtype=np.uint64):
    return memoryview(np.array(values, dtype))


@settings(max_examples=300, deadline=None)
@given(st.sets(U64 | st.integers(0, 300) | st.integers(2**64 - 300, 2**64 - 1), max_size=400), U64)
def test_any_set(keys, other):
    listed = sorted(keys)
    found = SortedKeys(view(listed))
    assert [found.find(key) for key in listed] == list(range(len(listed)))
    for key in (other, 0, 2**64 - 1, *(key + 1 & 2**64 - 1 for key in listed)):
        assert found.find(key) == (listed.index(key) if key in keys else -1)


@pytest.mark.parametrize("shape", ["even", "random", "dense", "tail", "steps"])
def test_many_keys_however_spread(shape):
    rng = np.random.default_rng(5)
    keys = {
        "even": np.arange(50_000, dtype=np.uint64) * np.uint64(2**64 // 50_000),
        "random": rng.integers(0, 2**64, 50_000, dtype=np.uint64),
        "dense": np.arange(50_000, dtype=np.uint64) + np.uint64(2**63),
        "tail": np.uint64(2**64 - 1) - np.arange(50_000, dtype=np.uint64),
        "steps": (rng.integers(0, 8, 50_000, dtype=np.uint64) << np.uint64(61))
        + rng.integers(0, 2**20, 50_000, dtype=np.uint64),
    }[shape]
    keys = np.unique(keys)
    found = SortedKeys(memoryview(keys))
    places = rng.integers(0, len(keys), 2000)
    assert [found.find(int(keys[place])) for place in places] == places.tolist()
    listed = set(keys.tolist())
    for key in (int(key) for key in keys[places] + np.uint64(1)):
        assert (found.find(key) >= 0) == (key in listed)


def test_keys_that_are_not_sorted_end_a_search_too():
    rng = np.random.default_rng(6)
    found = SortedKeys(memoryview(rng.integers(0, 2**64, 5000, dtype=np.uint64)))
    for key in rng.integers(0, 2**64, 500, dtype=np.uint64):
        assert -1 <= found.find(int(key)) < 5000


@pytest.mark.parametrize(
    ("terms", "dtype", "wanted"),
    [([4], np.uint8, 4), ([1, 2, 3], np.uint8, 2), ([1, 700, 3], np.uint16, 700)],
)
def test_terms_may_be_one_for_all(terms, dtype, wanted):
    table = ExactTable(view([10, 20, 30]), view(terms, dtype))
    assert table.term(20) == wanted
    assert table.term(21) == -1
    assert len(table) == 3


def test_nothing_in_it():
    assert SortedKeys(view([])).find(0) == -1
    assert ExactTable(view([]), view([], np.uint8)).term(5) == -1


def test_terms_of_another_length():
    with pytest.raises(ValueError, match="number"):
        ExactTable(view([1, 2, 3]), view([1, 2], np.uint8))
