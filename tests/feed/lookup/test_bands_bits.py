import numpy as np

from garim_feed.lookup.bands_bits import chosen_bits
from garim_feed.lookup.bands_layout import layout


def hashes(bits):
    return np.packbits(bits, axis=1)


def test_every_bit_is_chosen_at_most_once():
    rng = np.random.default_rng(1)
    for made in (layout(16, 16), layout(12, 18)):
        found = chosen_bits(rng.integers(0, 256, (500, 32), dtype=np.uint8), made)
        assert found.size == made.bands * made.width
        assert len(set(found.tolist())) == found.size


def test_bits_that_never_change_are_left_out_first():
    rng = np.random.default_rng(1)
    bits = rng.random((2000, 256)) < 0.5
    still = rng.choice(256, 256 - 12 * 18, replace=False)
    bits[:, still] = rng.random(still.size) < 0.5
    assert not set(chosen_bits(hashes(bits), layout(12, 18)).tolist()) & set(still.tolist())


def test_bits_that_go_together_are_spread():
    rng = np.random.default_rng(1)
    groups = rng.permutation(256).reshape(32, 8)
    bits = np.zeros((2000, 256), bool)
    bits[:, groups] = rng.random((2000, 32, 1)) < 0.5
    bits ^= rng.random(bits.shape) < 0.05
    bands = chosen_bits(hashes(bits), layout(12, 18)).reshape(12, 18)
    together = [np.isin(bands, group).sum(axis=1).max() for group in groups]
    # Eight of a group, twelve bands; the last bits go where there is room.
    assert np.mean(together) < 1.5
    assert max(together) <= 3


def test_the_same_rows_give_the_same_choice():
    rows = np.random.default_rng(1).integers(0, 256, (50_000, 32), dtype=np.uint8)
    made = layout(12, 18)
    assert np.array_equal(chosen_bits(rows, made), chosen_bits(rows.copy(), made))


def test_rows_that_are_all_the_same_are_no_trouble():
    for value in (0, 255):
        rows = np.full((10, 32), value, np.uint8)
        assert len(set(chosen_bits(rows, layout(12, 4)).tolist())) == 48
