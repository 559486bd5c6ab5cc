"""The 64 x 64 luma that PDQ is computed from, taken from a decode-scaled picture.

PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019)
smooths the full luma by two passes of a box of ceil(side / 128) pixels along each axis (a Jarosz
filter, together a tent) and takes 64 x 64 samples. Filter and sampling are linear and separable, so
both are one 64 x side matrix an axis.

Rules:
- The matrices are made for the size of the *full* picture and summed over the pixels that one pixel
  of the scaled picture stands for: the result is what PDQ would see if each scaled pixel were the
  mean of its originals.
- Pictures that were not scaled get exactly the reference's filter.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIDE = 64
"""Rows and columns of the luma."""


def luma64(
    grey: NDArray[np.uint8], full: tuple[int, int], step: tuple[int, int]
) -> NDArray[np.float32]:
    """Return the filtered, sampled luma.

    Args:
        grey: (H, W) luma 0..255 of the scaled picture.
        full: (height, width) of the full picture in pixels.
        step: Pixels of the full picture that one scaled pixel stands for, along height and width;
            `grey` has ceil(full / step) rows and columns.

    Returns:
        (64, 64) float32, 0..255.
    """
    rows = _sampler(full[0], step[0])
    columns = _sampler(full[1], step[1])
    luma: NDArray[np.float32] = (rows @ grey.astype(np.float32)) @ columns.T
    return luma


@lru_cache(maxsize=128)
def _sampler(side: int, step: int) -> NDArray[np.float32]:
    """Return the (64, ceil(side / step)) matrix that filters and samples one axis."""
    box = _box(-(-side // (2 * SIDE)))
    samples = ((np.arange(SIDE) + 0.5) * side / SIDE).astype(np.int64)[:, None]
    # The second pass averages the first pass's boxes around `centres`; both shrink at the edges.
    centres = samples + box
    inside = (centres >= 0) & (centres < side)
    low = np.maximum(centres + box[0], 0)
    high = np.minimum(centres + box[-1] + 1, side)
    weight = inside / (np.maximum(high - low, 1) * inside.sum(axis=1, keepdims=True))
    # Each box is an edge up and an edge down, counted from where the row's band starts.
    start, band = samples + 2 * box[0], 2 * box.size + 1
    row = band * np.arange(SIDE)[:, None] - start
    edges = _scattered(row + low, weight, SIDE * band) - _scattered(row + high, weight, SIDE * band)
    values = np.cumsum(edges.reshape(SIDE, band), axis=1)
    width = -(-side // step)
    column = np.clip((start + np.arange(band)) // step, 0, width - 1)
    full = _scattered(width * np.arange(SIDE)[:, None] + column, values, SIDE * width)
    return full.reshape(SIDE, width).astype(np.float32)


def _box(window: int) -> NDArray[np.int64]:
    """Return the offsets of a box of `window` pixels; an even one reaches further right."""
    half = (window + 2) // 2
    return np.arange(half - window, half)


def _scattered(
    index: NDArray[np.int64], values: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    return np.bincount(index.ravel(), values.ravel(), size)
