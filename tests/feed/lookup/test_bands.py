"""The index finds what a plain count of differing bits finds, whatever the hashes are."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garim_feed.lookup import bands as module
from garim_feed.lookup.bands import SCANNED, Bands, build_bands


def brute(pdq, query, bound):
    apart = np.unpackbits(pdq ^ np.frombuffer(query, np.uint8), axis=1).sum(axis=1)
    near = np.flatnonzero(apart <= bound)
    return near.tolist(), apart[near].tolist()


def found(index, query, bound):
    rows, distances = index.within(query, bound)
    assert (rows.dtype, distances.dtype) == (np.int64, np.uint16)
    return rows.tolist(), distances.tolist()


def changed(rng, row, bits):
    flat = np.unpackbits(row)
    flat[rng.choice(256, bits, replace=False)] ^= 1
    return np.packbits(flat)


def uniform(rng, count):
    return rng.integers(0, 256, (count, 32), dtype=np.uint8)


def clusters(rng, count):
    """A hundredth as many pictures, each in variants of up to 60 bits."""
    heads = uniform(rng, max(1, count // 100))
    noise = rng.random((count, 256)) < rng.choice([0.0, 0.02, 0.1, 0.2], (count, 1))
    return np.packbits(
        np.unpackbits(heads[rng.integers(0, len(heads), count)], axis=1) ^ noise, axis=1
    )


def biased(rng, count):
    """Bits that are nearly always the same, and bits that follow others."""
    likely = rng.choice([0.02, 0.1, 0.5, 0.9, 0.98], 256)
    bits = rng.random((count, 256)) < likely
    bits[:, 128:] ^= bits[:, :128]
    return np.packbits(bits, axis=1)


def captions(rng, count):
    """One picture, in which only some bits ever differ."""
    bits = np.zeros((count, 256), np.uint8)
    bits[:, :40] = rng.integers(0, 2, (count, 40))
    return np.packbits(bits, axis=1)


def extremes(rng, count):
    made = uniform(rng, count)
    made[: count // 3] = 0
    made[count // 3 : count // 2] = 255
    return made


SETS = (uniform, clusters, biased, captions, extremes)


@pytest.mark.parametrize("make", SETS)
@pytest.mark.parametrize("bound", [0, 1, 7, 15, 16, 30, 31])
def test_finds_what_a_count_of_bits_finds(make, bound):
    rng = np.random.default_rng(bound)
    pdq = make(rng, 6000)
    index = Bands(pdq, built(pdq))
    for _ in range(4):
        row = pdq[rng.integers(len(pdq))]
        for bits in (0, 1, bound, bound + 1, 33, 60):
            query = changed(rng, row, bits).tobytes()
            assert found(index, query, bound) == brute(pdq, query, bound)
    for query in (bytes(32), b"\xff" * 32, rng.bytes(32)):
        assert found(index, query, bound) == brute(pdq, query, bound)


def built(pdq):
    """An index even where a scan would do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SCANNED", 0)
        return build_bands(pdq)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(32))),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 31),
)
def test_finds_what_a_count_of_bits_finds_in_any_set(pdq, query, bound):
    index = Bands(pdq, built(pdq))
    assert found(index, query, bound) == brute(pdq, query, bound)
    near = changed(np.random.default_rng(bound), pdq[0], bound).tobytes()
    assert found(index, near, bound) == brute(pdq, near, bound)


@pytest.mark.parametrize("count", [0, 1, SCANNED])
def test_small_sets_have_no_arrays_and_are_scanned(count):
    pdq = uniform(np.random.default_rng(count), count)
    assert build_bands(pdq) == {}
    query = pdq[0].tobytes() if count else bytes(32)
    assert found(Bands(pdq, {}), query, 31) == brute(pdq, query, 31)


def test_large_sets_have_arrays():
    assert build_bands(uniform(np.random.default_rng(1), SCANNED + 1))


def test_duplicates_are_all_found_once_each():
    pdq = np.tile(uniform(np.random.default_rng(1), 3), (50, 1))
    rows, distances = Bands(pdq, built(pdq)).within(pdq[1].tobytes(), 5)
    assert rows.tolist() == list(range(1, 150, 3))
    assert not distances.any()


def test_the_arrays_may_be_memory_mapped(tmp_path):
    pdq = uniform(np.random.default_rng(1), 1000)
    mapped = {}
    for name, array in (built(pdq) | {"rows": pdq}).items():
        np.save(tmp_path / f"{name}.npy", array)
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    index = Bands(mapped.pop("rows"), mapped)
    assert index.within(pdq[7].tobytes(), 31)[0].tolist() == [7]


@pytest.mark.parametrize("bound", [-1, 32])
def test_refuses_other_bounds(bound):
    with pytest.raises(ValueError):
        Bands(np.zeros((1, 32), np.uint8), {}).within(bytes(32), bound)


def test_refuses_what_is_no_hash():
    with pytest.raises(ValueError):
        Bands(np.zeros((1, 32), np.uint8), {}).within(bytes(31))


def test_refuses_arrays_of_other_hashes():
    pdq = uniform(np.random.default_rng(1), 100)
    with pytest.raises(ValueError):
        Bands(pdq[:99], built(pdq))


def test_refuses_too_few_bands():
    pdq = uniform(np.random.default_rng(1), 100)
    arrays = {
        "band.bits": np.arange(16, dtype=np.uint8),
        "band.blocks": np.zeros((1 << 8) + 1, np.uint32),
        "band.starts": np.zeros((1 << 16) + 1, np.uint16),
        "band.slots": np.zeros(100, np.uint32),
    }
    with pytest.raises(ValueError):
        Bands(pdq, arrays)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_damaged_arrays_do_no_harm(seed):
    rng = np.random.default_rng(seed)
    pdq = uniform(rng, 300)
    damaged = {name: array.copy() for name, array in built(pdq).items()}
    for array in damaged.values():
        places = rng.integers(0, array.size, 5)
        array[places] = rng.integers(0, np.iinfo(array.dtype).max, 5, endpoint=True)
    for row in pdq[:5]:
        try:
            rows, distances = Bands(pdq, damaged).within(row.tobytes())
        except IndexError:
            continue
        assert distances.tolist() == np.bitwise_count(pdq[rows] ^ row).sum(axis=1).tolist()


def test_crowded_bands_are_answered_by_a_scan():
    """All rows agree in every bit that a band has, whichever bits those are."""
    rng = np.random.default_rng(1)
    pdq = uniform(rng, 1)[[0] * 5000]
    index = Bands(pdq, built(pdq))
    far = changed(rng, pdq[0], 32).tobytes()
    assert found(index, far, 31) == ([], [])
    near = changed(rng, pdq[0], 31).tobytes()
    assert found(index, near, 31) == ([*range(5000)], [31] * 5000)


@pytest.mark.parametrize(("alike", "type_"), [(60_000, np.uint16), (70_000, np.uint32)])
def test_crowded_blocks_of_buckets_take_wider_numbers(alike, type_):
    rng = np.random.default_rng(1)
    pdq = uniform(rng, alike + 2000)
    pdq[:alike] = pdq[0]
    arrays = build_bands(pdq)
    assert arrays["band.starts"].dtype == type_
    index = Bands(pdq, arrays)
    for row in (pdq[0], pdq[-1], changed(rng, pdq[-5], 31), changed(rng, pdq[-5], 32)):
        assert found(index, row.tobytes(), 31) == brute(pdq, row.tobytes(), 31)
