import numpy as np
import pytest

from garim_feed.kinds import WIDE_BITS
from garim_feed.lookup.bands_layout import BANDS, HASH_BITS, RINGS, layout, layout_for


@pytest.mark.parametrize(("bands", "width"), [(12, 21), (16, 16), (11, 4), (12, 7)])
def test_each_band_has_all_buckets_within_two_bits_once_and_the_nearest_first(bands, width):
    made = layout(bands, width)
    buckets = made.probe_flips.reshape(bands, -1)
    for band in range(bands):
        flips = buckets[band] - (band << width)
        assert flips.min() >= 0
        assert flips.max() < 1 << width
        assert len(set(flips.tolist())) == flips.size == 1 + width + width * (width - 1) // 2
        apart = np.bitwise_count(flips)
        assert (np.diff(apart) >= 0).all()
        assert apart.max() == 2
    assert np.array_equal(
        made.probe_bands.reshape(bands, -1), [[b] * flips.size for b in range(bands)]
    )


def test_rings_are_slices_of_the_probes():
    made = layout(12, 6)
    assert made.ring_sizes.reshape(12, RINGS).tolist() == [[1, 6, 15]] * 12
    ends = made.ring_starts + made.ring_sizes
    assert made.ring_starts.tolist() == [0, *ends[:-1]]
    assert ends[-1] == made.probe_flips.size
    rings = np.bitwise_count(made.probe_flips & 63)
    assert np.array_equal(rings, np.repeat([0, 1, 2] * 12, made.ring_sizes))


def test_weights_are_the_values_of_a_bands_bits():
    made = layout(12, 5)
    assert made.weights.reshape(12, 5).tolist() == [[1, 2, 4, 8, 16]] * 12
    assert made.band_starts.tolist() == [*range(0, 60, 5)]


@pytest.mark.parametrize("count", [1, 100, 40_001, 10**5, 10**6, 10**7, 10**8])
def test_an_index_stays_within_64_bytes_a_row(count):
    made = layout_for(count)
    assert made.bands == BANDS
    assert made.bands * made.width <= HASH_BITS
    assert made.bands * RINGS > WIDE_BITS
    if count > 1000:
        assert 4 * made.bands * count + 2 * made.buckets <= 64 * count
        assert made.width == 21 or 4 * made.bands * count + 4 * made.buckets > 64 * count


@pytest.mark.parametrize(("bands", "width"), [(0, 4), (13, 20), (12, 0), (10, 25)])
def test_refuses_bands_that_do_not_cover_a_hash(bands, width):
    with pytest.raises(ValueError):
        layout(bands, width)
