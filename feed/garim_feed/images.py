"""Exact search of PDQ hashes by Hamming distance.

Rules:
- Exact: every listed picture within its bound is found, no approximation.
- A featureless picture (quality under 50) matches nothing.
- A known innocent look-alike within its tight bound silences all picture entries.
- numpy is imported when the first search runs, so that a process that only looks up hosts and
  addresses (the proxy) never loads it.

A search scans all hashes: about 9 ms a million and hash. Larger lists need a banded index.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from garim_feed.entry import QUALITY_FLOOR, TIGHT_QUALITY, ImageEntry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HASH_BYTES = 32


class Near[T](NamedTuple):
    """One listed picture near the searched one."""

    item: T
    entry: ImageEntry
    distance: int
    tight: bool


class ImageSearch[T]:
    """Finds listed pictures that look like a given one.

    Args:
        items: (what to return, its entry) pairs.
    """

    def __init__(self, items: Sequence[tuple[T, ImageEntry]]) -> None:
        self._items = tuple(items)
        self._words: NDArray[np.uint64] | None = None

    def near(self, hashes: Sequence[bytes], quality: int) -> list[Near[T]]:
        """Return the listed pictures within their wide bound, nearest first.

        Args:
            hashes: PDQ of the picture in one or more forms, 32 bytes each; the nearest form counts.
            quality: PDQ quality of the picture, 0..100.
        """
        if quality < QUALITY_FLOOR or not self._items or not hashes:
            return []
        found: list[Near[T]] = []
        for (item, entry), distance in zip(self._items, self._distances(hashes), strict=True):
            if entry.negative and distance <= entry.tight:
                return []
            if not entry.negative and distance <= entry.wide:
                tight = distance <= entry.tight and quality >= TIGHT_QUALITY
                found.append(Near(item, entry, distance, tight))
        return sorted(found, key=lambda near: (near.distance, near.entry.id))

    def _distances(self, hashes: Sequence[bytes]) -> list[int]:
        """Return for each item the distance of the nearest form."""
        import numpy as np  # noqa: PLC0415 - see the module's rules

        if self._words is None:
            listed = b"".join(bytes.fromhex(entry.pdq) for _, entry in self._items)
            # One contiguous column for each of the four words of a hash.
            self._words = np.frombuffer(listed, np.uint64).reshape(-1, 4).T.copy()
        nearest = np.full(len(self._items), 8 * HASH_BYTES, np.uint16)
        for form in hashes:
            if len(form) != HASH_BYTES:
                raise ValueError("a PDQ hash has 32 bytes")
            apart = np.zeros(len(self._items), np.uint16)
            for column, word in zip(self._words, np.frombuffer(form, np.uint64), strict=True):
                apart += np.bitwise_count(column ^ word)
            np.minimum(nearest, apart, out=nearest)
        return [int(distance) for distance in nearest]
