"""Search sorted 64-bit keys without numpy, where they lie in the mapped file.

Rules:
- Keys are digests, so they are spread evenly: two interpolations land within a few dozen places of
  the right one, and a bisection of that window finishes. Where they are not (a made-up file), a
  bisection of everything answers instead: always right, only slower.
- 8 bytes an entry, and a column of term numbers only where terms differ (1 or 2 bytes).
- A term number that no term has counts as no entry; `IndexFile.verify` finds such damage.
"""

from bisect import bisect_left

_WINDOW = 80
"""Places on each side of the second guess: 2.5 standard deviations among 5 million keys."""


class SortedKeys:
    """Keys in strictly increasing order.

    Args:
        keys: Unsigned 64-bit integers, one-dimensional.
    """

    __slots__ = ("_keys", "_length")

    def __init__(self, keys: "memoryview[int]") -> None:
        self._keys = keys
        self._length = len(keys)

    def __len__(self) -> int:
        return self._length

    def find(self, key: int) -> int:
        """Return the place of a key, or -1."""
        keys, length = self._keys, self._length
        if not length:
            return -1
        guess = key * length >> 64
        guess += (key - keys[guess]) * length >> 64
        low = guess - _WINDOW if guess > _WINDOW else 0
        high = min(length, guess + _WINDOW)
        if low < high:
            place = bisect_left(keys, key, low, high)
            if place < length and keys[place] == key:
                return place
            if low < place < high:
                return -1
        place = bisect_left(keys, key)
        return place if place < length and keys[place] == key else -1


class ExactTable:
    """Entries of one exact kind: keys and the number of each one's term.

    Args:
        keys: (N,) unsigned 64-bit, strictly increasing.
        terms: (N,) term numbers, or (1,) when all have the same.
    """

    __slots__ = ("_keys", "_terms")

    def __init__(self, keys: "memoryview[int]", terms: "memoryview[int]") -> None:
        if len(keys) and len(terms) not in {1, len(keys)}:
            raise ValueError("terms and keys differ in number")
        self._keys = SortedKeys(keys)
        self._terms = terms

    def __len__(self) -> int:
        return len(self._keys)

    def term(self, key: int) -> int:
        """Return the number of an entry's term, or -1 when there is no such entry."""
        place = self._keys.find(key)
        if place < 0:
            return -1
        return self._terms[place if len(self._terms) > 1 else 0]
