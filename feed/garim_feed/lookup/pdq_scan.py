"""Hamming distances of PDQ hashes, a block at a time.

Method: half of each hash first; rows whose half is already too far away are not looked at again.
Of unrelated hashes that is all but one in a hundred million.

Rules:
- Exact: every row within the bound is found, whatever the rows are.
- Memory is bounded by the block, not by the number of rows.
- numpy only: rows are taken as four 64-bit words, whose order does not matter for a distance.
"""

import numpy as np
from numpy.typing import NDArray

from garim_feed.kinds import HASH_BYTES

_BLOCK = 1 << 14
"""Rows at a time: what is made of them stays in the caches."""

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
    """Return the rows within a bound, in order: about 5 ms a million.

    Args:
        rows: (N, 4) words.
        query: (4,) words.
        bound: Bits, 0..128.
    """
    found = []
    for at in range(0, len(rows), _BLOCK):
        block = rows[at : at + _BLOCK]
        near = np.flatnonzero(_apart(block[:, :2], query) <= bound)
        if near.size:
            found.append(_within(rows, near + at, query, bound))
    return _joined(found)


def check(
    rows: NDArray[np.uint64], picked: NDArray[np.integer], query: NDArray[np.uint64], bound: int
) -> Found:
    """Return those of some rows that are within a bound, in their order, as often as they come.

    Args:
        rows: (N, 4) words.
        picked: Row numbers.
        query: (4,) words.
        bound: Bits, 0..128.

    Raises:
        IndexError: When there is no such row.
    """
    found = []
    halves = rows.reshape(-1, 2)
    for at in range(0, len(picked), _BLOCK):
        block = picked[at : at + _BLOCK].astype(np.int64)
        near = np.flatnonzero(_apart(halves.take(block << 1, axis=0), query) <= bound)
        if near.size:
            found.append(_within(rows, block[near], query, bound))
    return _joined(found)


def _within(
    rows: NDArray[np.uint64], picked: NDArray[np.int64], query: NDArray[np.uint64], bound: int
) -> Found:
    """Return those of some rows that are within a bound, by all of their bits."""
    both = rows.take(picked, axis=0)
    distances = _apart(both[:, :2], query).astype(np.uint16)
    distances += _apart(both[:, 2:], query[2:])
    near = distances <= bound
    return picked[near], distances[near]


def _apart(halves: NDArray[np.uint64], query: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return the distances of (N, 2) words to the query's first two: 128 fits into a byte.

    Column by column: numpy's loops over an inner axis of two cost several times their work.
    """
    distances: NDArray[np.uint8] = np.bitwise_count(halves[:, 0] ^ query[0])
    distances += np.bitwise_count(halves[:, 1] ^ query[1])
    return distances


def _joined(parts: list[Found]) -> Found:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.uint16)
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([d for _, d in parts])
