"""How a hash's 256 bits are cut into bands, and which buckets lie how near to a band's value.

Rules:
- Every bit is in at most one band: bits left out only make the search look at more rows, it never
  misses one.
- Probes are listed band by band, nearest ring first, so that a choice of rings is a choice of
  slices.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from garim_feed.kinds import WIDE_BITS

HASH_BITS = 256
RINGS = 3
"""Rings of each band: buckets whose value differs in 0, 1 or 2 bits."""
BANDS = 12
"""Fewer bands need wider rings, and so more probes; more bands take more memory."""
_BUCKETS_BYTES = 16
"""Of the 64 bytes a row that an index may take: the buckets, two bytes each. 48 are row numbers."""
_LEAST_WIDTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Bands of equal width.

    Attributes:
        bands: Number of bands; `bands * RINGS` > any bound that is searched.
        width: Bits of a band.
        weights: (bands * width,) uint32, value of each bit within its band.
        band_starts: (bands,) int64, the first bit of each band.
        probe_bands: (P,) int64, the band of each probe.
        probe_flips: (P,) int64, what a probe changes in the band's value, and the band's place in
            the table of buckets, added up by `^` since they share no bit.
        ring_sizes: (bands * RINGS,) int64, probes of each ring.
        ring_starts: (bands * RINGS,) int64, the first probe of each ring.
    """

    bands: int
    width: int
    weights: NDArray[np.uint32]
    band_starts: NDArray[np.int64]
    probe_bands: NDArray[np.int64]
    probe_flips: NDArray[np.int64]
    ring_sizes: NDArray[np.int64]
    ring_starts: NDArray[np.int64]

    @property
    def buckets(self) -> int:
        """Buckets of all bands."""
        return self.bands << self.width


def layout_for(count: int) -> Layout:
    """Return the layout for some rows: as many buckets as 16 bytes a row pay for."""
    most = max(1, count * _BUCKETS_BYTES // (BANDS * 2)).bit_length() - 1
    return layout(BANDS, min(max(most, _LEAST_WIDTH), HASH_BITS // BANDS))


@lru_cache(maxsize=8)
def layout(bands: int, width: int) -> Layout:
    """Return the layout of some bands.

    Raises:
        ValueError: When they do not fit into a hash, or are too few for the widest bound.
    """
    if not 0 < bands * width <= HASH_BITS or bands * RINGS <= WIDE_BITS:
        raise ValueError("such bands do not cover a hash")
    flips = [
        sum(1 << bit for bit in bits)
        for ring in range(RINGS)
        for bits in combinations(range(width), ring)
    ]
    sizes = np.array([len(tuple(combinations(range(width), r))) for r in range(RINGS)] * bands)
    places = np.arange(bands, dtype=np.int64) << width
    return Layout(
        bands,
        width,
        np.tile(1 << np.arange(width, dtype=np.uint32), bands),
        width * np.arange(bands),
        np.repeat(np.arange(bands), len(flips)),
        (places[:, None] ^ np.array(flips, np.int64)).ravel(),
        sizes,
        np.cumsum(sizes) - sizes,
    )
