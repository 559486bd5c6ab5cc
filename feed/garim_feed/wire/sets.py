"""Sorted columns of keys as sets: find, take away, put together, in little memory.

Rules:
- Keys are (N,) integers or (N, 32) uint8 rows, strictly increasing; so is every result.
- The newer set is looked up in the older, a chunk at a time, so time is m log n and what numpy
  makes on the way does not grow with the sets.
"""

from typing import TYPE_CHECKING

import numpy as np

from garim_feed.wire.terms import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from garim_feed.wire.columns import Column
    from garim_feed.wire.terms import Flags


def sortable(keys: "Column") -> "Column":
    """Return keys as a one-dimensional array that numpy orders as the format does."""
    if keys.ndim == 1:
        return keys
    # Fixed-width byte strings of one length compare like the rows, zero bytes at the end included.
    return np.ascontiguousarray(keys).view(f"S{keys.shape[1]}").reshape(-1)


def find(keys: "Column", wanted: "Column") -> "tuple[NDArray[np.int64], Flags]":
    """Return where each wanted key is, or would be put, and whether it is there.

    Both are as long as `wanted`, so callers hand in a chunk at a time.
    """
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    order, among = sortable(keys), sortable(wanted)
    places = np.searchsorted(order, among)
    there = order[np.minimum(places, len(order) - 1)] == among
    return places.astype(np.int64, copy=False), there


def lacking(keys: "Column", taken: "Column") -> "Flags | None":
    """Return which keys are not among those taken away; `None` if that is all of them."""
    kept = np.ones(len(keys), np.bool_)
    for part in chunks(len(taken)):
        places, there = find(keys, taken[part])
        kept[places[there]] = False
    return None if kept.all() else kept


def joint(older: "Column", newer: "Column") -> "Flags":
    """Return which places of the union are the newer's; the sets must have nothing in common."""
    flags = np.zeros(len(older) + len(newer), np.bool_)
    for part in chunks(len(newer)):
        places, _ = find(older, newer[part])
        flags[places + np.arange(part.start, part.stop)] = True
    return flags


def interleaved(older: "Column", newer: "Column", flags: "Flags") -> "Column":
    """Return both columns' values as one, the newer's where the flags say so."""
    out = np.empty((len(flags), *older.shape[1:]), older.dtype)
    out[flags] = newer
    out[~flags] = older
    return out


def minus(keys: "Column", taken: "Column") -> "Column":
    """Return the keys that are not among those taken away."""
    kept = lacking(keys, taken)
    return keys if kept is None else keys[kept]


def union(older: "Column | None", newer: "Column | None") -> "Column | None":
    """Return the keys of both."""
    if older is None or newer is None:
        return newer if older is None else older
    older = minus(older, newer)
    return interleaved(older, newer, joint(older, newer))
