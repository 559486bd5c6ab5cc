"""What a list holds, as columns: the values that segments, indexes and the tools hand each other.

Rules:
- Columns of one table have the same length; `check` refuses anything else.
- Keys are strictly increasing, pictures strictly increasing by their bytes: no duplicates.
- `term` columns index into the `terms` that travel beside the tables.
- Plain values; numpy is imported when they are made, never by whoever only imports this module.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from garim_feed.kinds import Kind, Term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Exact entries of one kind.

    Attributes:
        keys: (N,) uint64, strictly increasing (`keys.key64`).
        terms: (N,) uint16, index of each entry's term.
    """

    keys: "NDArray[np.uint64]"
    terms: "NDArray[np.uint16]"


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Pictures.

    Attributes:
        pdq: (N, 32) uint8, rows strictly increasing as byte strings.
        quality: (N,) uint8, PDQ quality, 50..100.
        tight: (N,) uint8, bits within which a match stands alone.
        wide: (N,) uint8, bits within which a match needs a second confirmation; >= tight, <= 31.
        terms: (N,) uint16.
    """

    pdq: "NDArray[np.uint8]"
    quality: "NDArray[np.uint8]"
    tight: "NDArray[np.uint8]"
    wide: "NDArray[np.uint8]"
    terms: "NDArray[np.uint16]"


@dataclass(frozen=True, slots=True, eq=False)
class Videos:
    """Videos and their frames, frames of one video one after another in time order.

    Attributes:
        ids: (N,) uint64, strictly increasing (`keys.video_key`).
        duration: (N,) uint32, milliseconds.
        tight: (N,) uint8.
        wide: (N,) uint8.
        terms: (N,) uint16.
        counts: (N,) uint32, frames of each video, >= 1.
        frames: (M, 32) uint8, PDQ of each frame; M is the sum of `counts`.
        quality: (M,) uint8.
        times: (M,) uint32, milliseconds from the start, not decreasing within a video.
    """

    ids: "NDArray[np.uint64]"
    duration: "NDArray[np.uint32]"
    tight: "NDArray[np.uint8]"
    wide: "NDArray[np.uint8]"
    terms: "NDArray[np.uint16]"
    counts: "NDArray[np.uint32]"
    frames: "NDArray[np.uint8]"
    quality: "NDArray[np.uint8]"
    times: "NDArray[np.uint32]"


@dataclass(frozen=True, slots=True, eq=False)
class Audios:
    """Sounds; carried for the issue that matches them.

    Attributes:
        ids: (N,) uint64, strictly increasing (`keys.audio_key`).
        duration: (N,) uint32, milliseconds.
        terms: (N,) uint16.
        counts: (N,) uint32, points of each fingerprint, >= 1.
        points: (M,) uint32, raw Chromaprint (algorithm 2) sub-fingerprints.
    """

    ids: "NDArray[np.uint64]"
    duration: "NDArray[np.uint32]"
    terms: "NDArray[np.uint16]"
    counts: "NDArray[np.uint32]"
    points: "NDArray[np.uint32]"


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Everything that a list, or the additions of one segment, holds.

    Attributes:
        terms: The distinct terms; `term` columns index into it.
        exact: Tables of the exact kinds that have entries.
        images: Pictures, or `None`.
        videos: Videos, or `None`.
        audios: Sounds, or `None`.
        scopes: (S,) uint32 strictly increasing, or `None`: `keys.scope32` of every host that an
            `address` entry names. A gate only: it may hold more, never less, and removals do not
            shrink it.
    """

    terms: tuple[Term, ...] = ()
    exact: "dict[Kind, Keys]" = field(default_factory=dict)
    images: Images | None = None
    videos: Videos | None = None
    audios: Audios | None = None
    scopes: "NDArray[np.uint32] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Removals:
    """What a segment takes away from everything before it.

    Attributes:
        exact: (N,) uint64 strictly increasing, by exact kind.
        images: (N, 32) uint8 strictly increasing rows, or `None`: the pictures' PDQ.
        videos: (N,) uint64 strictly increasing ids, or `None`.
        audios: (N,) uint64 strictly increasing ids, or `None`.
    """

    exact: "dict[Kind, NDArray[np.uint64]]" = field(default_factory=dict)
    images: "NDArray[np.uint8] | None" = None
    videos: "NDArray[np.uint64] | None" = None
    audios: "NDArray[np.uint64] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One immutable step of a list: first its removals, then its additions are applied.

    An added key that was there before replaces it (its term changes).
    """

    added: Tables
    removed: Removals
