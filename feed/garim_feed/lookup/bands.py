"""Exact search of PDQ hashes by Hamming distance, with an index that can be memory-mapped.

Method: the bits are cut into bands; for each band, rows are sorted by the band's value. If the
thresholds t of the bands satisfy sum(t + 1) > bound, a row within the bound is within its threshold
in at least one band (the general pigeonhole principle: Qin et al., "GPH: Similarity Search in
Hamming Space", ICDE 2018). For each query the thresholds are chosen so that few rows need checking:
a band whose bucket is crowded is not looked at (t = -1), one with sparse buckets wider.

Rules:
- Complete: every row within the bound is found, none is doubled.
- The arrays are read only and hold nothing that cannot be built again from the rows.
- Whatever the arrays hold, a search reads within them: a damaged index gives wrong rows or an
  `IndexError`, never foreign memory.

Weakness: rows that agree in most bits without being near (thousands of black frames with different
captions) crowd all bands; a query among them is answered by a scan.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garim_feed.kinds import WIDE_BITS
from garim_feed.lookup import pdq_scan
from garim_feed.lookup.bands_bits import chosen_bits
from garim_feed.lookup.bands_layout import RINGS, Layout, layout, layout_for
from garim_feed.lookup.pdq_scan import Found

BITS, BLOCKS, STARTS, SLOTS = "band.bits", "band.blocks", "band.starts", "band.slots"
NAMES = (BITS, BLOCKS, STARTS, SLOTS)
SCANNED = 40_000
"""Rows up to which a scan is as fast as the index."""
_BLOCK_BITS = 8
_CHUNK = 1 << 15
"""Rows whose bits are unpacked at a time."""
_SCAN_SHARE = 8
"""A scan checks a row this much faster than the index: nothing is fetched from all over."""


def build_bands(pdq: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """Return the arrays of an index over some hashes; none when a scan is as fast.

    Args:
        pdq: (N, 32) rows, in any order; may be memory-mapped.

    Returns:
        `band.bits`, (bands * width,) uint8: the bits of the bands, lowest first.
        `band.blocks`, uint32: where every 256th bucket starts in the slots.
        `band.starts`, (bands * 2**width + 1,) uint16 or, where a block is crowded, uint32: where
            each bucket starts, counted from its block.
        `band.slots`, (bands * N,) uint32: row numbers, by band and value.
    """
    count = len(pdq_scan.words(pdq))
    if count <= SCANNED:
        return {}
    made = layout_for(count)
    if count * made.bands >= 1 << 32:
        raise ValueError("too many hashes for one index")
    bits = chosen_bits(pdq, made)
    starts = np.zeros(made.buckets + 1, np.uint32)
    slots = np.empty(made.bands * count, np.uint32)
    edges = np.arange(1, (1 << made.width) + 1, dtype=np.uint64) << np.uint64(32)
    for band in range(made.bands):
        # One sort of value and row together is several times as fast as an argsort.
        pairs = _pairs(pdq, bits[band * made.width :][: made.width])
        pairs.sort()
        buckets = slice((band << made.width) + 1, (band + 1 << made.width) + 1)
        starts[buckets] = np.searchsorted(pairs, edges) + band * count
        slots[band * count :][:count] = pairs & np.uint64(0xFFFF_FFFF)
    blocks, offsets = _blocked(starts)
    return {BITS: bits, BLOCKS: blocks, STARTS: offsets, SLOTS: slots}


class Bands:
    """Finds hashes near a given one.

    Args:
        pdq: (N, 32) rows.
        arrays: What `build_bands` made of them; empty: every search is a scan.

    Raises:
        ValueError: When the arrays are not of that shape.
    """

    def __init__(self, pdq: NDArray[np.uint8], arrays: Mapping[str, NDArray[Any]]) -> None:
        self._rows = pdq_scan.words(pdq)
        self._layout: Layout | None = None
        if not arrays:
            return
        self._bits, self._blocks, self._starts, self._slots = (arrays[name] for name in NAMES)
        bands = self._slots.size // max(1, len(self._rows))
        self._layout = made = layout(bands, self._bits.size // max(1, bands))
        sizes = (self._bits.size, self._blocks.size, self._starts.size, self._slots.size)
        blocks = (made.buckets >> _BLOCK_BITS) + 1
        if sizes != (made.weights.size, blocks, made.buckets + 1, made.bands * len(self._rows)):
            raise ValueError("the band index does not belong to these hashes")

    def within(self, hash: bytes, bound: int = WIDE_BITS) -> Found:  # noqa: A002
        """Return the rows within a bound, in order, and their distances.

        Args:
            hash: 32 bytes.
            bound: Bits, 0..31.

        Returns:
            (M,) int64 row numbers, ascending, and (M,) uint16 distances.

        Raises:
            ValueError: When hash or bound are none.
        """
        if not 0 <= bound <= WIDE_BITS:
            raise ValueError("a bound has 0..31 bits")
        query = pdq_scan.query_words(hash)
        if self._layout is None:
            return pdq_scan.scan(self._rows, query, bound)
        picked = self._candidates(self._layout, hash, bound)
        if picked is None:
            return pdq_scan.scan(self._rows, query, bound)
        rows, distances = pdq_scan.check(self._rows, picked, query, bound)
        if not rows.size:
            return rows, distances
        # A row is found once in each band in which it is near.
        rows, first = np.unique(rows, return_index=True)
        return rows, distances[first]

    def _candidates(self, made: Layout, query: bytes, bound: int) -> NDArray[np.uint32] | None:
        """Return rows among which all within the bound are; `None`: a scan is faster."""
        bits = np.unpackbits(np.frombuffer(query, np.uint8)).take(self._bits)
        values = np.add.reduceat(bits * made.weights, made.band_starts, dtype=np.int64)
        buckets = values.take(made.probe_bands) ^ made.probe_flips
        starts = self._starts_of(buckets)
        counts = self._starts_of(buckets + 1) - starts
        costs = np.add.reduceat(counts, made.ring_starts, dtype=np.int64)
        rings = np.repeat(_cheapest(costs, bound + 1), made.ring_sizes)
        probes = np.flatnonzero(rings & (counts > 0))
        counts = counts[probes]
        if int(counts.sum()) > len(self._rows) // _SCAN_SHARE:
            return None
        slots = _ranges(starts[probes].astype(np.int64), counts.astype(np.int64))
        picked: NDArray[np.uint32] = self._slots.take(slots)
        return picked

    def _starts_of(self, buckets: NDArray[np.int64]) -> NDArray[np.uint32]:
        starts: NDArray[np.uint32] = self._blocks.take(buckets >> _BLOCK_BITS)
        starts += self._starts.take(buckets)
        return starts


def _blocked(
    starts: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.uint16] | NDArray[np.uint32]]:
    """Return where blocks start, and where buckets start in them: half the bytes."""
    blocks = starts[:: 1 << _BLOCK_BITS].copy()
    starts -= np.repeat(blocks, 1 << _BLOCK_BITS)[: starts.size]
    return blocks, starts if int(starts.max()) >> 16 else starts.astype(np.uint16)


def _cheapest(costs: NDArray[np.int64], needed: int) -> NDArray[np.bool_]:
    """Choose rings, of each band the nearest ones first, so that few rows are in them.

    Args:
        costs: (bands * RINGS,) rows in each ring.
        needed: How many rings must be chosen: bound + 1.
    """
    # A ring costs at least what the ones before it cost; so sorted, no ring comes before a nearer.
    rising = np.maximum.accumulate(costs.reshape(-1, RINGS), axis=1)
    chosen = np.zeros(costs.size, np.bool_)
    chosen[np.argsort(rising, axis=None, kind="stable")[:needed]] = True
    return chosen


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all ranges, one range after the other; no range is empty."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    numbers: NDArray[np.int64] = np.arange(total) + np.repeat(starts - (ends - counts), counts)
    return numbers


def _pairs(pdq: NDArray[np.uint8], bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return one band's value of each row in the upper half of a word, the row in the lower."""
    pairs = np.arange(len(pdq), dtype=np.uint64)
    for at in range(0, len(pdq), _CHUNK):
        columns = np.ascontiguousarray(pdq[at : at + _CHUNK, bits >> 3].T)
        values = np.zeros(columns.shape[1], np.uint32)
        for place, (bit, column) in enumerate(zip(bits.tolist(), columns, strict=True)):
            values |= (column >> (7 - bit & 7) & 1).astype(np.uint32) << place
        pairs[at : at + _CHUNK] |= values.astype(np.uint64) << np.uint64(32)
    return pairs
