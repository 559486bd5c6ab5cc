"""Which bits of the hashes go into which band.

Rules:
- Bits that are nearly the same in all rows are left out first: they would fill a band's table with
  buckets that stay empty, and crowd the others.
- Bits that go together are spread over bands, so that the rows spread over each band's buckets.
- The choice follows from the rows alone: the same rows give the same index. Any choice is correct,
  so a sample of the rows is enough to choose from.
"""

import numpy as np
from numpy.typing import NDArray

from garim_feed.lookup.bands_layout import Layout

_SAMPLE = 1 << 14
_LEAST = 1e-6
"""Variance of a bit that never changes, so that its correlations are numbers."""


def chosen_bits(pdq: NDArray[np.uint8], made: Layout) -> NDArray[np.uint8]:
    """Return the bits of the bands, one band after the other.

    Args:
        pdq: (N, 32) rows, N > 0.
        made: The bands.

    Returns:
        (bands * width,) numbers 0..255, all different; bit 0 is the highest of byte 0.
    """
    variance, alike = _statistics(pdq[:: -(-len(pdq) // _SAMPLE)])
    bands: list[list[int]] = [[] for _ in range(made.bands)]
    # How much each bit goes together with what a band already has.
    shared = np.zeros((made.bands, variance.size), np.float32)
    for bit in np.argsort(-variance, kind="stable")[: made.bands * made.width].tolist():
        open_ = [band for band in range(made.bands) if len(bands[band]) < made.width]
        band = min(open_, key=lambda one: (shared[one, bit], len(bands[one])))
        bands[band].append(bit)
        shared[band] += alike[bit]
    return np.array(bands, np.uint8).ravel()


def _statistics(rows: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the (256,) variances of the bits and the (256, 256) squares of their correlations."""
    bits = np.unpackbits(rows, axis=1).astype(np.float32)
    bits -= bits.mean(axis=0)
    covariance = bits.T @ bits / np.float32(len(bits))
    variance = np.maximum(np.diag(covariance), np.float32(_LEAST))
    alike: NDArray[np.float32] = covariance**2 / np.outer(variance, variance)
    return variance, np.round(alike, 3)
