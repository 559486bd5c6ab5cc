"""Made-up content as plain values, and its way to tables and back: the tests' own slow truth."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from garim_feed.kinds import EXACT, Effect, Kind, Term
from garim_feed.tables import Audios, Images, Keys, Segment, Videos
from garim_feed.wire import layout

QUICK = settings(deadline=None, max_examples=30)
"""Enough examples for small content; no test asserts a time."""

# Few keys, so that entries meet; rows that end in zero bytes or differ in their last byte only.
NUMBERS = (0, 1, 2, 255, 256, 2**32, 2**63, 2**64 - 2, 2**64 - 1)
ROWS = (
    bytes(32), bytes(31) + b"\1", b"\1" + bytes(31), b"\1" * 32, b"\1" * 31 + b"\2",
    b"\xff" * 32, b"\xff" * 31 + b"\0",
)  # fmt: skip
DAYS = (0, 1, 20_000, 65_535)
# The exact kinds are alike; two of them show that they do not mix.
_SHOWN = (Kind.HOST, Kind.ADDRESS, Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)

_terms = {
    kind: st.builds(Term, st.sampled_from(DAYS), st.sampled_from(DAYS), st.sampled_from(effects))
    for kind, effects in {
        **dict.fromkeys(EXACT, (Effect.BLOCK, Effect.ALLOW)),
        Kind.IMAGE: (Effect.BLOCK, Effect.NEGATIVE),
        Kind.VIDEO: (Effect.BLOCK,),
        Kind.AUDIO: (Effect.BLOCK,),
    }.items()
}
_bounds = st.tuples(st.integers(0, 16), st.integers(16, 31))
_frames = st.lists(
    st.tuples(st.sampled_from(ROWS), st.integers(50, 100), st.sampled_from((0, 5, 2**32 - 1))),
    min_size=1,
    max_size=3,
).map(lambda frames: tuple(sorted(frames, key=lambda frame: frame[2])))
_number = st.integers(0, 2**32 - 1)


def _rows(kind, limit):
    key = st.sampled_from(ROWS if kind is Kind.IMAGE else NUMBERS)
    facts = {
        Kind.IMAGE: st.tuples(_terms[kind], st.integers(50, 100), _bounds),
        Kind.VIDEO: st.tuples(_terms[kind], _number, _bounds, _frames),
        Kind.AUDIO: st.tuples(
            _terms[kind], _number, st.lists(_number, min_size=1, max_size=3).map(tuple)
        ),
    }.get(kind, st.tuples(_terms[kind]))
    return st.dictionaries(key, facts, max_size=limit)


def plains(limit=5):
    """Content as {kind: {key: (term, ...)}}."""
    shown = st.fixed_dictionaries({kind: _rows(kind, limit) for kind in _SHOWN})
    return shown.map(lambda rows: nothing() | rows)


def gone(limit=5):
    """Removals as {kind: {key}}."""
    keys = {kind: st.sampled_from(ROWS if kind is Kind.IMAGE else NUMBERS) for kind in _SHOWN}
    shown = st.fixed_dictionaries({kind: st.sets(keys[kind], max_size=limit) for kind in _SHOWN})
    return shown.map(lambda rows: {kind: set() for kind in layout.SHAPES} | rows)


def scopes():
    return st.sets(_number, max_size=3)


def steps():
    """One segment as (removals, additions, scopes), plain."""
    return st.tuples(gone(3), plains(3), scopes())


def segment(step):
    removed, added, scopes = step
    return Segment(tables(added, scopes), removals(removed))


def tables(plain, scopes=frozenset(), terms=None):
    """Plain content as tables; `terms` may give a numbering of its own."""
    if terms is None:
        terms = sorted({row[0] for rows in plain.values() for row in rows.values()})
    number = {term: index for index, term in enumerate(terms)}
    made = {kind: _table(kind, dict(sorted(plain[kind].items())), number) for kind in plain}
    return layout.tables(tuple(terms), made, _keys(scopes, np.uint32))


def removals(plain):
    return layout.removals({kind: _keys(keys, np.uint64) for kind, keys in plain.items()})


def plain(tables):
    """Tables as plain content."""
    found = {}
    for kind in layout.SHAPES:
        table = layout.table(tables, kind)
        found[kind] = {} if table is None else dict(_facts(kind, table, tables.terms))
    return found


def plain_removals(removals):
    found = {kind: layout.removed(removals, kind) for kind in layout.SHAPES}
    return {kind: set() if keys is None else set(_plain(keys)) for kind, keys in found.items()}


def apply(content, step):
    """The rule of the format in one line each: removals, then additions."""
    removed, added, _ = step
    return {
        kind: {key: row for key, row in content[kind].items() if key not in removed[kind]}
        | added[kind]
        for kind in content
    }


def nothing():
    return {kind: {} for kind in layout.SHAPES}


def some(count=3):
    """A segment with entries of every kind, a removal of every kind, and scopes."""
    terms = tuple(Term(20_000 + number, 0) for number in range(count))
    numbers = range(7, 7 + count)
    added = {kind: {n << 40: (terms[n - 7],) for n in numbers} for kind in EXACT}
    added[Kind.IMAGE] = {bytes([n]) * 32: (terms[n - 7], 90, (16, 31)) for n in numbers}
    frames = tuple((bytes([n]) * 32, 80, n * 1000) for n in numbers)
    added[Kind.VIDEO] = {n << 50: (terms[n - 7], 60_000, (10, 30), frames) for n in numbers}
    added[Kind.AUDIO] = {n << 51: (terms[n - 7], 9_000, (1, 2, 2**32 - 1)) for n in numbers}
    removed = {kind: {1, 2**64 - 1} for kind in layout.SHAPES} | {Kind.IMAGE: {ROWS[1], ROWS[3]}}
    return segment((removed, added, {5, 6, 2**32 - 1}))


def keys(count, seed=1):
    """Random keys, strictly increasing."""
    found = np.random.default_rng(seed).integers(0, 2**64, count, dtype=np.uint64)
    found.sort()
    return found


def _table(kind, rows, number):
    terms = np.array([number[row[0]] for row in rows.values()], np.uint16)
    keys = _keys(rows, np.uint64)
    if kind in EXACT:
        return Keys(keys, terms)
    if kind is Kind.IMAGE:
        return Images(
            keys, _array([row[1] for row in rows.values()], np.uint8),
            *_both(rows.values()), terms,
        )  # fmt: skip
    duration = _array([row[1] for row in rows.values()], np.uint32)
    parts = [row[-1] for row in rows.values()]
    counts = _array([len(part) for part in parts], np.uint32)
    flat = [one for part in parts for one in part]
    if kind is Kind.AUDIO:
        return Audios(keys, duration, terms, counts, _array(flat, np.uint32))
    return Videos(
        keys, duration, *_both(rows.values()), terms, counts,
        _keys([frame[0] for frame in flat], np.uint64),
        _array([frame[1] for frame in flat], np.uint8),
        _array([frame[2] for frame in flat], np.uint32),
    )  # fmt: skip


def _both(rows):
    bounds = [row[2] for row in rows]
    return [_array([bound[side] for bound in bounds], np.uint8) for side in (0, 1)]


def _array(values, dtype):
    return np.array(values, dtype)


def _keys(keys, dtype):
    keys = keys if isinstance(keys, list) else sorted(keys)
    if keys and isinstance(keys[0], bytes):
        return np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 32).copy()
    return _array(keys, dtype)


def _plain(keys):
    return keys.tolist() if keys.ndim == 1 else [row.tobytes() for row in keys]


def _facts(kind, table, terms):
    start = 0
    for row, key in enumerate(_plain(layout.key(table, kind))):
        term = terms[table.terms[row]]
        if kind in EXACT:
            yield key, (term,)
            continue
        if kind is Kind.IMAGE:
            bounds = (int(table.tight[row]), int(table.wide[row]))
            yield key, (term, int(table.quality[row]), bounds)
            continue
        end = start + int(table.counts[row])
        if kind is Kind.AUDIO:
            yield key, (term, int(table.duration[row]), tuple(table.points[start:end].tolist()))
        else:
            frames = zip(
                _plain(table.frames[start:end]), table.quality[start:end].tolist(),
                table.times[start:end].tolist(), strict=True,
            )  # fmt: skip
            bounds = (int(table.tight[row]), int(table.wide[row]))
            yield key, (term, int(table.duration[row]), bounds, tuple(frames))
        start = end
