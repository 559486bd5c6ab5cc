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


@lru_cache(maxsize=64)
def _sampler(side: int, step: int) -> NDArray[np.float32]:
    """Return the (64, ceil(side / step)) matrix that filters and samples one axis."""
    window = -(-side // (2 * SIDE))
    samples = ((np.arange(SIDE) + 0.5) * side / SIDE).astype(np.int64)
    centres = samples[:, None] + _offsets(window)
    inside = (centres >= 0) & (centres < side)
    second = inside / inside.sum(axis=1, keepdims=True)
    low = np.clip(centres + _offsets(window)[0], 0, side)
    high = np.clip(centres + _offsets(window)[-1] + 1, 0, side)
    weight = np.where(inside, second / np.maximum(high - low, 1), 0.0)
    edges = np.zeros((SIDE, side + 1))
    row = np.broadcast_to(np.arange(SIDE)[:, None], low.shape)
    np.add.at(edges, (row, low), weight)
    np.add.at(edges, (row, high), -weight)
    full = np.cumsum(edges, axis=1)[:, :side]
    return np.add.reduceat(full, np.arange(0, side, step), axis=1).astype(np.float32)


def _offsets(window: int) -> NDArray[np.int64]:
    """Return the offsets of a box of `window` pixels; an even one reaches further right."""
    half = (window + 2) // 2
    return np.arange(half - window, half)
