import numpy as np
import pytest

from garim_addon.media.luma import luma64


def boxed(values: np.ndarray, window: int) -> np.ndarray:
    """One pass of PDQ's box along the first axis, written as its definition."""
    half = (window + 2) // 2
    side = len(values)
    return np.stack(
        [values[max(0, i + half - window) : min(side, i + half)].mean(axis=0) for i in range(side)]
    )


def definition(grey: np.ndarray) -> np.ndarray:
    luma = grey.astype(np.float64)
    for _ in range(2):
        side = luma.shape[0]
        window = -(-side // 128)
        luma = boxed(boxed(luma, window), window)
        luma = luma[((np.arange(64) + 0.5) * side / 64).astype(int)].T
    return luma


@pytest.mark.parametrize(
    "size", [(64, 64), (1, 1), (3, 200), (100, 130), (128, 129), (255, 257), (384, 640), (515, 70)]
)
def test_unscaled_luma_is_the_definition(size):
    grey = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    np.testing.assert_allclose(luma64(grey, size, (1, 1)), definition(grey), atol=0.01)


@pytest.mark.parametrize(
    ("size", "step"), [((400, 640), (2, 4)), ((401, 643), (3, 2)), ((130, 900), (1, 8))]
)
def test_a_scaled_pixel_stands_for_its_originals(size, step):
    shape = tuple(-(-side // by) for side, by in zip(size, step, strict=True))
    small = np.random.default_rng(2).integers(0, 256, shape, np.uint8)
    full = small.repeat(step[0], axis=0).repeat(step[1], axis=1)[: size[0], : size[1]]
    np.testing.assert_allclose(luma64(small, size, step), definition(full), atol=0.01)


def test_flat_stays_flat():
    luma = luma64(np.full((77, 91), 200, np.uint8), (77, 91), (1, 1))
    assert luma.dtype == np.float32
    np.testing.assert_allclose(luma, 200, atol=0.01)
