"""What tables must be before anyone relies on them: types, lengths, order, ranges, effects.

Rules:
- Keys, picture rows, scopes and removals are strictly increasing: no duplicates.
- Every term is in range; `allow` is for exact kinds, `negative` for pictures only.
- Pictures and frames have a quality from `QUALITY_FLOOR` to 100: featureless ones do not travel.
- 0 <= tight <= wide <= `WIDE_BITS`.
- Each video has at least one frame, each sound one point, a video's times do not fall.
- Removals and additions may name the same entry: it is then replaced, so they are not compared.

Writers and readers run the same checks; they take a little memory at a time.
"""

from typing import TYPE_CHECKING

import numpy as np

from garim_feed.kinds import MAX_TERMS, QUALITY_FLOOR, WIDE_BITS, Effect, Kind, Term
from garim_feed.tables import Removals, Segment, Tables
from garim_feed.wire import layout
from garim_feed.wire.columns import ROW, Coding, dtype, invalid
from garim_feed.wire.sets import sortable
from garim_feed.wire.terms import chunks, ordered, used

if TYPE_CHECKING:
    from garim_feed.wire.columns import Column
    from garim_feed.wire.layout import Shape, Table
    from garim_feed.wire.terms import Flags

_DAYS = 65_536


def check(segment: Segment) -> None:
    """Refuse a segment that breaks a rule.

    Raises:
        FeedError: It does.
    """
    check_tables(segment.added)
    check_removals(segment.removed)


def check_tables(tables: Tables) -> None:
    """Refuse tables that break a rule.

    Raises:
        FeedError: They do.
    """
    _terms(tables.terms)
    for kind, shape in layout.SHAPES.items():
        found = layout.table(tables, kind)
        if found is not None:
            _table(shape, found, tables.terms)
    if tables.scopes is not None:
        _array("scopes", tables.scopes, Coding.D32)
        _increasing("scopes", tables.scopes)


def check_removals(removals: Removals) -> None:
    """Refuse removals that break a rule.

    Raises:
        FeedError: They do.
    """
    for kind, shape in layout.SHAPES.items():
        keys = layout.removed(removals, kind)
        if keys is not None:
            _array(layout.REMOVED[kind], keys, shape.rows[shape.key])
            _increasing(layout.REMOVED[kind], keys)


def _terms(terms: tuple[Term, ...]) -> None:
    if len(terms) > MAX_TERMS:
        raise invalid("too many terms")
    if any(not (0 <= term.added < _DAYS and 0 <= term.expires < _DAYS) for term in terms):
        raise invalid("a term's day is out of range")
    if len(ordered(terms)) != len(terms):
        raise invalid("a term is there twice")


def _table(shape: "Shape", table: "Table", terms: tuple[Term, ...]) -> None:
    kind = shape.kind
    for field, coding in shape.fields.items():
        _array(f"{kind}.{field}", getattr(table, field), coding)
    keys = layout.key(table, kind)
    if any(len(getattr(table, field)) != len(keys) for field in shape.rows):
        raise invalid(f"columns of {kind} differ in length")
    _increasing(f"{kind}.{shape.key}", keys)
    _effects(kind, table.terms, terms)
    for field in ("tight", "wide", "quality"):
        if field in shape.fields:
            _bounded(kind, field, table)
    if shape.parts:
        _parts(shape, table)


def _array(name: str, values: "Column", coding: Coding) -> None:
    shape = (len(values), ROW) if coding in {Coding.D256, Coding.X256} else (len(values),)
    if values.dtype != dtype(coding) or values.shape != shape:
        raise invalid(f"{name} is not of its type")


def _increasing(name: str, keys: "Column") -> None:
    order = sortable(keys)
    for part in chunks(len(order)):
        values = order[part.start : part.stop + 1]
        if not (values[1:] > values[:-1]).all():
            raise invalid(f"{name} is not sorted or has duplicates")


def _effects(kind: Kind, column: "Column", terms: tuple[Term, ...]) -> None:
    if int(column.max()) >= len(terms):
        raise invalid(f"{kind}.terms is out of range")
    match kind:
        case Kind.IMAGE:
            good = {Effect.BLOCK, Effect.NEGATIVE}
        case Kind.VIDEO | Kind.AUDIO:
            good = {Effect.BLOCK}
        case _:
            good = {Effect.BLOCK, Effect.ALLOW}
    flags: Flags = used(column, len(terms))
    if any(term.effect not in good for term, flag in zip(terms, flags, strict=True) if flag):
        raise invalid(f"an entry of {kind} has an effect that is not for it")


def _bounded(kind: Kind, field: str, table: "Table") -> None:
    values = getattr(table, field)
    if field == "quality":
        good = not len(values) or (values.min() >= QUALITY_FLOOR and values.max() <= 100)
    elif field == "tight":
        good = bool((values <= getattr(table, "wide")).all())  # noqa: B009 - not every table has it
    else:
        good = values.max() <= WIDE_BITS
    if not good:
        raise invalid(f"{kind}.{field} is out of range")


def _parts(shape: "Shape", table: "Table") -> None:
    counts: Column = getattr(table, "counts")  # noqa: B009 - not every table has it
    lengths = {len(getattr(table, field)) for field in shape.parts}
    if not counts.all() or lengths != {int(counts.sum(dtype=np.uint64))}:
        raise invalid(f"{shape.kind}.counts is not how many parts there are")
    times = getattr(table, "times", None)
    if times is not None:
        falls = np.flatnonzero(times[1:] < times[:-1]) + 1
        starts = np.cumsum(counts, dtype=np.int64)
        if not np.isin(falls, starts).all():
            raise invalid(f"{shape.kind}.times fall")
