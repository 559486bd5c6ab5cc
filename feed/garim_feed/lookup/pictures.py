"""Search the pictures or the video frames of one part of a list; for processes that have numpy.

Rules:
- Complete: every entry within its bound is found, whichever form of the picture is nearest.
- An entry that expired or that a newer part takes away is not there.
- A match stands alone only within the entry's tight bound and with a PDQ quality, on both sides,
  from which on implementations agree.
- Of a video one frame counts: one that stands alone before others, then the nearest, then the
  earliest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garim_feed.kinds import EFFECTS, TIGHT_QUALITY, Effect, Kind
from garim_feed.lookup.bands import NAMES, Bands
from garim_feed.lookup.index_file import IndexFile

_BLOCK, _NEGATIVE = EFFECTS.index(Effect.BLOCK), EFFECTS.index(Effect.NEGATIVE)


@dataclass(frozen=True, slots=True)
class Near:
    """One entry near the searched picture.

    Attributes:
        kind: `image` or `video`.
        distance: Bits.
        key: The picture's PDQ hash (32 bytes) or the video's id.
        tight: Whether it stands alone.
        time: Milliseconds from the video's start, else 0.
        added: Day it was put on the list.
    """

    kind: Kind
    distance: int
    key: bytes | int
    tight: bool
    time: int
    added: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is near a picture in one part.

    Attributes:
        innocent: Whether a known innocent look-alike is within its tight bound.
        blocked: The entries that block: those that stand alone first, then the nearest.
    """

    innocent: bool
    blocked: tuple[Near, ...]


class Pictures:
    """Pictures (`image`) or videos (`video`) of one part.

    Args:
        file: The part's file.
        kind: Which of both; the part has entries of it.
        newer: The file of the part that takes some of them away, or `None`.

    Raises:
        FeedError: When its arrays do not belong together.
    """

    def __init__(self, file: IndexFile, kind: Kind, newer: IndexFile | None) -> None:
        self._file, self._kind = file, kind
        hashes = "image" if kind is Kind.IMAGE else "frame"
        rows = file.array(f"{hashes}.pdq")
        self._keys = rows if kind is Kind.IMAGE else file.array("video.ids")
        columns = ("tight", "wide", "terms")
        self._entries = {name: file.array(f"{kind}.{name}") for name in columns}
        self._quality = file.array(f"{hashes}.quality")
        self._owners = file.array("frame.video") if kind is Kind.VIDEO else None
        self._times = file.array("frame.time") if kind is Kind.VIDEO else None
        self._terms = {n: file.array(f"terms.{n}") for n in ("added", "expires", "effect")}
        gone = f"gone.{kind}"
        taken = newer is not None and gone in newer.names
        self._gone = newer.array(gone) if taken and newer is not None else None
        try:
            self._bands = Bands(rows.view(np.uint8), _bands(file, hashes))
        except (KeyError, ValueError) as error:
            raise file.damaged("its pictures") from error

    def near(self, hashes: Sequence[bytes], quality: int, day: int, limit: int) -> Neighbours:
        """Return what is near a picture.

        Args:
            hashes: PDQ of its forms, 32 bytes each.
            quality: PDQ quality of the picture, 0..100.
            day: Today, counted from `kinds.EPOCH`.
            limit: At most this many entries that block, the first.

        Raises:
            FeedError: When the part is damaged.
        """
        try:
            rows, distances = _nearest([self._bands.within(one) for one in hashes])
            if not rows.size:
                return Neighbours(innocent=False, blocked=())
            return self._judged(rows, distances, quality, day, limit)
        except (IndexError, ValueError) as error:
            raise self._file.damaged("its pictures") from error

    def _judged(
        self,
        rows: NDArray[np.int64],
        distances: NDArray[np.uint16],
        quality: int,
        day: int,
        limit: int,
    ) -> Neighbours:
        entries = rows if self._owners is None else _at(self._owners, rows).astype(np.int64)
        terms = _at(self._entries["terms"], entries)
        expires = self._terms["expires"][terms]
        there = (expires == 0) | (expires > day)
        if self._gone is not None:
            there &= ~np.isin(entries, self._gone)
        effects = self._terms["effect"][terms]
        stands = distances <= _at(self._entries["tight"], entries)
        innocent = bool((there & stands & (effects == _NEGATIVE)).any())
        blocks = there & (effects == _BLOCK) & (distances <= _at(self._entries["wide"], entries))
        stands &= (_at(self._quality, rows) >= TIGHT_QUALITY) & (quality >= TIGHT_QUALITY)
        found: dict[int, Near] = {}
        times = np.zeros(len(rows)) if self._times is None else _at(self._times, rows)
        picked = np.flatnonzero(blocks)
        order = np.lexsort((times[picked], distances[picked], ~stands[picked]))
        for place in picked[order].tolist():
            entry = int(entries[place])
            if entry not in found:
                if len(found) == limit:
                    break
                found[entry] = Near(
                    self._kind,
                    int(distances[place]),
                    self._key(entry),
                    bool(stands[place]),
                    int(times[place]),
                    int(self._terms["added"][terms[place]]),
                )
        return Neighbours(innocent, tuple(found.values()))

    def _key(self, entry: int) -> bytes | int:
        return self._keys[entry].tobytes() if self._keys.ndim == 2 else int(self._keys[entry])


def _bands(file: IndexFile, hashes: str) -> Mapping[str, NDArray[Any]]:
    """Return the arrays of the band index, if there is one."""
    names = [name for name in NAMES if f"{hashes}.{name}" in file.names]
    return {name: file.array(f"{hashes}.{name}") for name in names}


def _at(column: NDArray[Any], rows: NDArray[Any]) -> NDArray[Any]:
    """Return a column's values of some rows; a column of one value has it for all."""
    return np.broadcast_to(column, rows.shape) if len(column) == 1 else column[rows]


def _nearest(
    forms: Sequence[tuple[NDArray[np.int64], NDArray[np.uint16]]],
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Return each row that any form is near to, once, with the distance of the nearest form."""
    if not forms:
        return np.empty(0, np.int64), np.empty(0, np.uint16)
    rows = np.concatenate([found for found, _ in forms])
    distances = np.concatenate([apart for _, apart in forms])
    order = np.lexsort((distances, rows))
    rows, distances = rows[order], distances[order]
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    return rows[first], distances[first]
