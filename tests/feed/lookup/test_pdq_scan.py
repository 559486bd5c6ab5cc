import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garim_feed.lookup import pdq_scan


def apart(rows, query):
    bits = np.unpackbits(rows ^ np.frombuffer(query, np.uint8), axis=1)
    return bits.sum(axis=1, dtype=np.int64)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(0, 30), st.just(32)), elements=st.integers(0, 7)),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 128),
)
def test_a_scan_finds_what_a_count_of_bits_finds(rows, query, bound):
    found, distances = pdq_scan.scan(pdq_scan.words(rows), pdq_scan.query_words(query), bound)
    expected = apart(rows, query)
    assert found.tolist() == np.flatnonzero(expected <= bound).tolist()
    assert distances.tolist() == expected[found].tolist()
    assert (found.dtype, distances.dtype) == (np.int64, np.uint16)


@pytest.mark.parametrize("differing", [0, 31, 64, 128, 129, 192, 256])
def test_distances_do_not_wrap(differing):
    bits = np.zeros(256, np.uint8)
    bits[:differing] = 1
    rows = pdq_scan.words(np.packbits(bits)[None])
    found, distances = pdq_scan.scan(rows, pdq_scan.query_words(bytes(32)), 128)
    assert distances.tolist() == ([differing] if differing <= 128 else [])
    assert found.tolist() == [0] * len(distances)


def test_sets_of_several_blocks_are_scanned_and_checked_whole():
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 256, (40_000, 32), dtype=np.uint8)
    places = [0, 16_383, 16_384, 32_767, 32_768, 39_999]
    rows[places] = rows[7]
    query = pdq_scan.query_words(rows[7].tobytes())
    found, distances = pdq_scan.scan(pdq_scan.words(rows), query, 31)
    assert found.tolist() == sorted([*places, 7])
    assert not distances.any()
    picked = np.arange(40_000, dtype=np.uint32)[::-1]
    found, _ = pdq_scan.check(pdq_scan.words(rows), picked, query, 31)
    assert found.tolist() == sorted([*places, 7], reverse=True)


def test_a_check_looks_at_the_picked_rows_only_and_as_often_as_they_come():
    rows = np.zeros((5, 32), np.uint8)
    rows[3] = 255
    query = pdq_scan.query_words(bytes(32))
    picked = np.array([4, 3, 1, 4], np.uint32)
    found, distances = pdq_scan.check(pdq_scan.words(rows), picked, query, 31)
    assert found.tolist() == [4, 1, 4]
    assert distances.tolist() == [0, 0, 0]
    assert not pdq_scan.check(pdq_scan.words(rows), picked[1:2], query, 31)[0].size


def test_a_check_of_rows_that_are_not_there_fails():
    with pytest.raises(IndexError):
        pdq_scan.check(
            np.zeros((2, 4), np.uint64), np.array([2], np.uint32), np.zeros(4, np.uint64), 31
        )


def test_words_are_a_view():
    rows = np.zeros((3, 32), np.uint8)
    assert np.shares_memory(pdq_scan.words(rows), rows)


@pytest.mark.parametrize(
    "rows", [np.zeros((2, 31), np.uint8), np.zeros(32, np.uint8), np.zeros((2, 32), np.int8)]
)
def test_refuses_what_are_no_hashes(rows):
    with pytest.raises(ValueError):
        pdq_scan.words(rows)


@pytest.mark.parametrize("query", [b"", bytes(31), bytes(33)])
def test_refuses_what_is_no_hash(query):
    with pytest.raises(ValueError):
        pdq_scan.query_words(query)
