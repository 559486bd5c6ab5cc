"""Hamming distances of PDQ hashes, a block at a time.

Rules:
- Exact: every row within the bound is found, whatever the rows are.
- Memory is bounded by the block, not by the number of rows.
- numpy only: rows are taken as four 64-bit words, whose order does not matter for a distance.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from garim_feed.kinds import HASH_BYTES

_BLOCK = 8192
"""Rows at a time: their words stay in the first- and second-level caches."""

type Found = tuple[NDArray[np.int64], NDArray[np.uint16]]
"""Row numbers and their distances."""


def words(pdq: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return (N, 32) hashes as (N, 4) words, without a copy where they lie one after another.

    Raises:
        ValueError: When they are not hashes.
    """
    if pdq.ndim != 2 or pdq.shape[1] != HASH_BYTES or pdq.dtype != np.uint8:
        raise ValueError("PDQ hashes are rows of 32 bytes")
    return np.ascontiguousarray(pdq).view(np.uint64)


def query_words(query: bytes) -> NDArray[np.uint64]:
    """Return one hash as (4,) words.

    Raises:
        ValueError: When it has not 32 bytes.
    """
    if len(query) != HASH_BYTES:
        raise ValueError("a PDQ hash has 32 bytes")
    return np.frombuffer(query, np.uint64)


def scan(rows: NDArray[np.uint64], query: NDArray[np.uint64], bound: int) -> Found:
    """Return the rows within a bound, in order: about 10 ms a million.

    Args:
        rows: (N, 4) words.
        query: (4,) words.
        bound: Bits, 0..255.
    """
    return _joined(_scanned(rows, query, bound))


def check(
    rows: NDArray[np.uint64], picked: NDArray[np.int64], query: NDArray[np.uint64], bound: int
) -> Found:
    """Return those of some rows that are within a bound, in their order, as often as they come.

    Args:
        rows: (N, 4) words.
        picked: Row numbers.
        query: (4,) words.
        bound: Bits, 0..255.
    """
    return _joined(_checked(rows, picked, query, bound))


def _scanned(rows: NDArray[np.uint64], query: NDArray[np.uint64], bound: int) -> Iterator[Found]:
    repeated = np.tile(query, min(len(rows), _BLOCK))
    for at in range(0, len(rows), _BLOCK):
        distances = _distances(rows[at : at + _BLOCK], repeated)
        near = np.flatnonzero(distances <= bound)
        if near.size:
            yield near + at, distances[near]


def _checked(
    rows: NDArray[np.uint64], picked: NDArray[np.int64], query: NDArray[np.uint64], bound: int
) -> Iterator[Found]:
    repeated = np.tile(query, min(len(picked), _BLOCK))
    for at in range(0, len(picked), _BLOCK):
        block = picked[at : at + _BLOCK]
        distances = _distances(rows.take(block, axis=0), repeated)
        near = np.flatnonzero(distances <= bound)
        if near.size:
            yield block[near], distances[near]


def _distances(rows: NDArray[np.uint64], repeated: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Return the distances of a block to the query, which is repeated for each row.

    Flat arrays, since numpy's loops over an inner axis of four cost several times their work.
    """
    flat = rows.ravel()
    counts = np.bitwise_count(flat ^ repeated[: flat.size]).view(np.uint16)
    pairs = (counts & 0xFF) + (counts >> 8)
    distances: NDArray[np.uint16] = pairs[0::2] + pairs[1::2]
    return distances


def _joined(parts: Iterator[Found]) -> Found:
    found = list(parts)
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.uint16)
    if len(found) == 1:
        return found[0]
    return np.concatenate([rows for rows, _ in found]), np.concatenate([d for _, d in found])
