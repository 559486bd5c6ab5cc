"""Tables of a list to the arrays of a part's file (`part.py` says which).

Rules:
- A column that is the same for all entries is one value long; numbers of terms take one byte where
  they fit.
- A part that comes after another says what it takes away from it: the keys of exact entries, the
  rows of pictures and videos. What it has itself of the same key is taken away there as well.
- Sounds are not looked up yet, so they are left out; of videos, what no look-up asks for.
"""

from typing import TYPE_CHECKING

import numpy as np

from garim_feed.kinds import EFFECTS, EXACT
from garim_feed.lookup.bands import build_bands
from garim_feed.lookup.index_file import IndexFile
from garim_feed.lookup.part import SCOPE_BITS, scope_places
from garim_feed.tables import Images, Removals, Tables, Videos
from garim_feed.wire import sets
from garim_feed.wire.terms import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    type Array = NDArray[np.unsignedinteger]
    type Arrays = dict[str, Array]


def base_arrays(tables: Tables) -> "Arrays":
    """Return the arrays of a part that comes first."""
    arrays = _terms(tables)
    for kind in EXACT:
        if kind in tables.exact:
            arrays[f"{kind}.keys"] = tables.exact[kind].keys
            arrays[f"{kind}.terms"] = _column(_narrow(tables.exact[kind].terms, tables))
    if tables.images is not None:
        arrays |= _images(tables.images, tables)
    if tables.videos is not None:
        arrays |= _videos(tables.videos, tables)
    if tables.scopes is not None and len(tables.scopes):
        arrays["scopes"] = _filter(tables.scopes)
    return arrays


def tail_arrays(tables: Tables, removals: Removals, base: IndexFile) -> "Arrays":
    """Return the arrays of a part that changes another.

    Args:
        tables: What it adds or replaces.
        removals: What it takes away.
        base: The other part.
    """
    arrays = base_arrays(tables)
    for kind in EXACT:
        if kind in removals.exact:
            arrays[f"gone.{kind}"] = removals.exact[kind]
    images = [removals.images, None if tables.images is None else tables.images.pdq]
    videos = [removals.videos, None if tables.videos is None else tables.videos.ids]
    arrays["gone.image"] = _rows(base, "image.pdq", images)
    arrays["gone.video"] = _rows(base, "video.ids", videos)
    return {name: one for name, one in arrays.items() if len(one)}


def _terms(tables: Tables) -> "Arrays":
    if not tables.terms:
        return {}
    return {
        "terms.added": np.array([term.added for term in tables.terms], np.uint16),
        "terms.expires": np.array([term.expires for term in tables.terms], np.uint16),
        "terms.effect": np.array([EFFECTS.index(term.effect) for term in tables.terms], np.uint8),
    }


def _images(images: Images, tables: Tables) -> "Arrays":
    arrays: Arrays = {
        "image.pdq": images.pdq,
        "image.quality": _column(images.quality),
        "image.tight": _column(images.tight),
        "image.wide": _column(images.wide),
        "image.terms": _column(_narrow(images.terms, tables)),
    }
    return arrays | {f"image.{name}": one for name, one in build_bands(images.pdq).items()}


def _videos(videos: Videos, tables: Tables) -> "Arrays":
    owners = np.repeat(np.arange(len(videos.ids), dtype=np.uint32), videos.counts)
    arrays: Arrays = {
        "video.ids": videos.ids,
        "video.tight": _column(videos.tight),
        "video.wide": _column(videos.wide),
        "video.terms": _column(_narrow(videos.terms, tables)),
        "frame.pdq": videos.frames,
        "frame.quality": _column(videos.quality),
        "frame.video": _column(owners),
        "frame.time": _column(videos.times),
    }
    return arrays | {f"frame.{name}": one for name, one in build_bands(videos.frames).items()}


def _column(values: "Array") -> "Array":
    """Return a column, or its one value when all are the same."""
    return values[:1] if len(values) and (values == values[0]).all() else values


def _narrow(terms: "Array", tables: Tables) -> "Array":
    return terms.astype(np.uint8) if len(tables.terms) <= 256 else terms


def _filter(scopes: "NDArray[np.uint32]") -> "NDArray[np.uint64]":
    """Return the bit filter over scopes."""
    words = np.zeros(len(scopes) * SCOPE_BITS // 64 + 1, np.uint64)
    for part in chunks(len(scopes)):
        wide = scopes[part].astype(np.uint64)
        for places in scope_places(wide, 64 * len(words)):
            bits = np.uint64(1) << (places & np.uint64(63))
            np.bitwise_or.at(words, places >> np.uint64(6), bits)
    return words


def _rows(base: IndexFile, name: str, taken: "Iterable[Array | None]") -> "NDArray[np.uint32]":
    """Return which rows of the base's sorted array are taken away."""
    found = [np.empty(0, np.uint32)]
    if name in base.names:
        keys = base.array(name)
        for wanted in taken:
            if wanted is not None:
                for part in chunks(len(wanted)):
                    places, there = sets.find(keys, wanted[part])
                    found.append(places[there].astype(np.uint32))
    return np.unique(np.concatenate(found))
