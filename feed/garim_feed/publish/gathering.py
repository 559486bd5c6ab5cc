"""From the store's rows to a segment: all of a list, or what changed since it was published.

Rules:
- Rows are read in order through cursors into numpy columns: what is taken is the columns, not rows.
- An entry that is on the list and was not, or was otherwise, is an addition; one that was published
  and is not on the list any more is a removal; what was published as it is now is neither.
"""

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from garim_feed.kinds import EFFECTS, EXACT, HASH_BYTES, Kind, Term
from garim_feed.publish.lists import ListInfo
from garim_feed.publish.naming import DURATION, FRAME
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.schema import KIND_NUMBER
from garim_feed.publish.workspace import Workspace
from garim_feed.tables import Audios, Images, Keys, Removals, Segment, Tables, Videos
from garim_feed.wire.sets import sortable
from garim_feed.wire.terms import ordered

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 500_000
_BATCH = 20_000
_SIGN = np.uint64(1 << 63)
_ROW = np.dtype([("key", "<i8"), ("term", "<u4"), ("scope", "<u4")])
_FRAME = np.dtype([("pdq", "u1", HASH_BYTES), ("quality", "u1"), ("time", "<u4")])
_PARTED = np.dtype([("key", "<i8"), ("tight", "u1"), ("wide", "u1"), ("term", "<u4")])
if _FRAME.itemsize != FRAME.size:
    raise AssertionError("frames are stored otherwise")


class _Queries(NamedTuple):
    """Where the rows of a list come from; each takes list and kind, `terms` the list alone."""

    terms: str
    exact: str
    images: str
    parts: str


_WHOLE = _Queries(
    "SELECT id, added, expires, effect FROM term WHERE id IN"
    " (SELECT term FROM entry WHERE list = ?)",
    "SELECT key, term, scope FROM entry WHERE list = ? AND kind = ? ORDER BY key",
    "SELECT s.subject, s.quality, s.tight, s.wide, e.term FROM entry e"
    " CROSS JOIN said s ON s.id = e.line WHERE e.list = ? AND e.kind = ? ORDER BY e.key",
    "SELECT e.key, s.tight, s.wide, e.term, s.detail FROM entry e"
    " CROSS JOIN said s ON s.id = e.line WHERE e.list = ? AND e.kind = ? ORDER BY e.key",
)
_CHANGED = _Queries(
    "SELECT id, added, expires, effect FROM term WHERE id IN"
    " (SELECT term FROM changed WHERE list = ?)",
    "SELECT key, term, scope FROM changed WHERE list = ? AND kind = ? ORDER BY key",
    "SELECT s.subject, s.quality, s.tight, s.wide, e.term FROM changed e"
    " CROSS JOIN said s ON s.id = e.line WHERE e.list = ? AND e.kind = ? ORDER BY e.key",
    "SELECT e.key, s.tight, s.wide, e.term, s.detail FROM changed e"
    " CROSS JOIN said s ON s.id = e.line WHERE e.list = ? AND e.kind = ? ORDER BY e.key",
)


def whole(workspace: Workspace, info: ListInfo, progress: Progress) -> Segment:
    """Return everything that is approved, as one addition.

    Raises:
        FeedError: More distinct terms than a list can have.
    """
    return Segment(_Gathering(workspace, info, _WHOLE, progress).tables(), Removals())


def changed(workspace: Workspace, info: ListInfo, progress: Progress) -> Segment:
    """Return what leads from the published version to what is approved.

    Raises:
        FeedError: As `whole`.
    """
    tables = _Gathering(workspace, info, _CHANGED, progress).tables()
    return Segment(tables, _removals(workspace, info))


class _Gathering:
    """The columns of one list in the making."""

    def __init__(
        self, workspace: Workspace, info: ListInfo, queries: _Queries, progress: Progress
    ) -> None:
        self._store = workspace.store
        self._list = info.number
        self._queries = queries
        self._progress = progress
        self._done = 0
        self._scopes: list[NDArray[np.uint32]] = []
        rows = self._store.execute(queries.terms, (self._list,)).fetchall()
        known = {Term(added, until, EFFECTS[effect]): at for at, added, until, effect in rows}
        self._terms = ordered(known)
        self._numbers = np.zeros(max(known.values(), default=0) + 1, np.uint16)
        self._numbers[[known[term] for term in self._terms]] = np.arange(len(self._terms))

    def tables(self) -> Tables:
        """Return the tables."""
        exact = {kind: found for kind in EXACT if (found := self._exact(kind)) is not None}
        images, videos, audios = self._images(), self._videos(), self._audios()
        scopes = np.unique(np.concatenate(self._scopes)) if self._scopes else None
        return Tables(self._terms, exact, images, videos, audios, scopes)

    def _exact(self, kind: Kind) -> Keys | None:
        keys, terms = [], []
        cursor = self._rows(self._queries.exact, kind)
        while len(block := np.fromiter(islice(cursor, _BLOCK), _ROW)):
            keys.append(_unsigned(block["key"]))
            terms.append(self._numbers[block["term"]])
            if kind is Kind.ADDRESS:
                self._scopes.append(np.unique(block["scope"]))
            self._tell(len(block))
        return Keys(np.concatenate(keys), np.concatenate(terms)) if keys else None

    def _images(self) -> Images | None:
        hashes, rest = [], []
        cursor = self._rows(self._queries.images, Kind.IMAGE)
        while batch := cursor.fetchmany(_BATCH):
            pdq, *values = zip(*batch, strict=True)
            hashes.append(np.frombuffer(b"".join(pdq), np.uint8).reshape(-1, HASH_BYTES))
            rest.append(np.array(values, np.uint32))
            self._tell(len(batch))
        if not hashes:
            return None
        joined, columns = np.concatenate(hashes), np.concatenate(rest, axis=1)
        order = np.argsort(sortable(joined))
        quality, tight, wide, terms = (column[order] for column in columns)
        return Images(
            joined[order],
            quality.astype(np.uint8),
            tight.astype(np.uint8),
            wide.astype(np.uint8),
            self._numbers[terms],
        )

    def _videos(self) -> Videos | None:
        found = self._parts(Kind.VIDEO, _FRAME)
        if found is None:
            return None
        rows, durations, counts, frames = found
        return Videos(
            _unsigned(rows["key"]),
            durations,
            rows["tight"],
            rows["wide"],
            self._numbers[rows["term"]],
            counts,
            np.ascontiguousarray(frames["pdq"]),
            np.ascontiguousarray(frames["quality"]),
            np.ascontiguousarray(frames["time"]),
        )

    def _audios(self) -> Audios | None:
        found = self._parts(Kind.AUDIO, np.dtype("<u4"))
        if found is None:
            return None
        rows, durations, counts, points = found
        terms = self._numbers[rows["term"]]
        return Audios(_unsigned(rows["key"]), durations, terms, counts, points)

    def _parts(
        self, kind: Kind, part: "np.dtype[Any]"
    ) -> "tuple[NDArray[Any], NDArray[np.uint32], NDArray[np.uint32], NDArray[Any]] | None":
        """Return the rows, durations, counts and all parts of videos or sounds."""
        rows, durations, counts, parts = [], [], [], []
        cursor = self._rows(self._queries.parts, kind)
        while batch := cursor.fetchmany(_BATCH):
            *values, details = zip(*batch, strict=True)
            rows.append(np.fromiter(zip(*values, strict=True), _PARTED, len(batch)))
            durations += [DURATION.unpack_from(detail)[0] for detail in details]
            rests = [detail[DURATION.size :] for detail in details]
            counts += [len(rest) // part.itemsize for rest in rests]
            parts.append(np.frombuffer(b"".join(rests), part))
            self._tell(len(batch))
        if not rows:
            return None
        return (
            np.concatenate(rows),
            np.array(durations, np.uint32),
            np.array(counts, np.uint32),
            np.concatenate(parts),
        )

    def _rows(self, query: str, kind: Kind) -> sqlite3.Cursor:
        return self._store.execute(query, (self._list, KIND_NUMBER[kind]))

    def _tell(self, rows: int) -> None:
        self._done += rows
        self._progress(Step.BUILD, self._done, 0)


def _removals(workspace: Workspace, info: ListInfo) -> Removals:
    keys = {kind: found for kind in Kind if len(found := _gone(workspace, info, kind))}
    rows = workspace.store.execute(
        "SELECT s.subject FROM gone g CROSS JOIN said s ON s.id = g.line"
        " WHERE g.list = ? AND g.kind = ?",
        (info.number, KIND_NUMBER[Kind.IMAGE]),
    )
    hashes = sorted(subject for (subject,) in rows)
    return Removals(
        {kind: keys[kind] for kind in EXACT if kind in keys},
        np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, HASH_BYTES) if hashes else None,
        keys.get(Kind.VIDEO),
        keys.get(Kind.AUDIO),
    )


def _gone(workspace: Workspace, info: ListInfo, kind: Kind) -> "NDArray[np.uint64]":
    rows = workspace.store.execute(
        "SELECT key FROM gone WHERE list = ? AND kind = ? ORDER BY key",
        (info.number, KIND_NUMBER[kind]),
    )
    return _unsigned(np.fromiter((key for (key,) in rows), np.int64))


def _unsigned(keys: "NDArray[np.int64]") -> "NDArray[np.uint64]":
    """Return keys as they travel, from keys as they are stored; the order stays."""
    return np.ascontiguousarray(keys).view(np.uint64) ^ _SIGN
