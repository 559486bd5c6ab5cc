"""A truth table: one broken rule at a time, in content that is otherwise right."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import EXACT, Effect, Kind, Term
from garim_feed.tables import Keys, Removals, Segment, Tables
from garim_feed.wire import layout
from garim_feed.wire.check import check, check_removals, check_tables


def changed(table, field, change):
    values = getattr(table, field).copy()
    return replace(table, **{field: change(values)})


def put(place, value):
    def change(values):
        values[place] = value
        return values

    return change


def with_table(tables, kind, table):
    found = {one: layout.table(tables, one) for one in layout.SHAPES}
    return layout.tables(tables.terms, found | {kind: table}, tables.scopes)


@made.QUICK
@given(made.steps())
def test_good_content_is_good(step):
    check(made.segment(step))


HALVED = [(kind, field) for kind, shape in layout.SHAPES.items() for field in shape.fields]


@pytest.mark.parametrize(("kind", "field"), HALVED)
@pytest.mark.parametrize(
    "change",
    [
        lambda values: values[:-1],
        lambda values: np.concatenate([values, values[:1]]),
        lambda values: values.astype(np.int64),
        lambda values: values.astype(f">u{max(2, values.itemsize)}"),
        lambda values: values.reshape(1, *values.shape),
        lambda values: values.astype(np.float32),
    ],
    ids=["short", "long", "signed", "byte order", "shape", "float"],
)
def test_columns_of_another_type_or_length(kind, field, change):
    tables = made.some().added
    table = changed(layout.table(tables, kind), field, change)
    with pytest.raises(FeedError, match="not valid"):
        check_tables(with_table(tables, kind, table))


WRONG = [
    *[(kind, "keys", put(1, 0)) for kind in EXACT],
    *[(kind, "keys", put(1, 7 << 40)) for kind in EXACT],
    *[(kind, "terms", put(2, 3)) for kind in layout.SHAPES],
    *[(kind, "terms", put(2, 65_535)) for kind in layout.SHAPES],
    (Kind.IMAGE, "pdq", put(0, 255)), (Kind.IMAGE, "pdq", put(1, 7)),
    (Kind.IMAGE, "quality", put(0, 49)), (Kind.IMAGE, "quality", put(0, 0)),
    (Kind.IMAGE, "quality", put(0, 101)), (Kind.IMAGE, "quality", put(0, 255)),
    (Kind.IMAGE, "tight", put(0, 32)), (Kind.IMAGE, "wide", put(0, 15)),
    (Kind.IMAGE, "wide", put(0, 32)), (Kind.IMAGE, "wide", put(0, 255)),
    (Kind.VIDEO, "ids", put(1, 0)), (Kind.VIDEO, "ids", put(1, 7 << 50)),
    (Kind.VIDEO, "tight", put(0, 31)), (Kind.VIDEO, "wide", put(0, 9)),
    (Kind.VIDEO, "wide", put(0, 32)), (Kind.VIDEO, "quality", put(8, 49)),
    (Kind.VIDEO, "quality", put(8, 101)), (Kind.VIDEO, "counts", put(0, 0)),
    (Kind.VIDEO, "counts", put(0, 4)), (Kind.VIDEO, "counts", put(0, 2)),
    (Kind.VIDEO, "counts", put(0, 2**32 - 1)), (Kind.VIDEO, "times", put(1, 0)),
    (Kind.VIDEO, "times", put(7, 1)), (Kind.VIDEO, "counts", lambda _: np.array([4, 0, 5], "u4")),
    (Kind.VIDEO, "counts", lambda _: np.array([2, 4, 3], "u4")),
    (Kind.AUDIO, "ids", put(2, 0)), (Kind.AUDIO, "counts", put(0, 0)),
    (Kind.AUDIO, "counts", put(0, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "field", "change"), WRONG)
def test_values_out_of_range_or_order(kind, field, change):
    tables = made.some().added
    table = changed(layout.table(tables, kind), field, change)
    with pytest.raises(FeedError, match="not valid"):
        check_tables(with_table(tables, kind, table))


RIGHT = [
    (Kind.IMAGE, "quality", put(0, 50)), (Kind.IMAGE, "quality", put(0, 100)),
    (Kind.IMAGE, "tight", put(0, 31)), (Kind.IMAGE, "tight", put(0, 0)),
    (Kind.IMAGE, "wide", put(0, 16)), (Kind.VIDEO, "times", put(3, 0)),
    (Kind.VIDEO, "times", put(1, 7000)), (Kind.VIDEO, "times", put(2, 2**32 - 1)),
    (Kind.VIDEO, "duration", put(0, 0)), (Kind.AUDIO, "points", put(0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "field", "change"), RIGHT)
def test_values_at_the_edge_are_good(kind, field, change):
    tables = made.some().added
    table = changed(layout.table(tables, kind), field, change)
    check_tables(with_table(tables, kind, table))


@pytest.mark.parametrize("kind", list(layout.SHAPES))
@pytest.mark.parametrize("effect", list(Effect))
def test_effects_by_kind(kind, effect):
    good = {
        Effect.BLOCK: set(Kind), Effect.ALLOW: set(EXACT), Effect.NEGATIVE: {Kind.IMAGE}
    }  # fmt: skip
    full = made.some().added
    terms = (Term(20_000), Term(20_001), Term(20_002, 0, effect))
    tables = layout.tables(terms, {kind: layout.table(full, kind)}, None)
    if kind in good[effect]:
        check_tables(tables)
    else:
        with pytest.raises(FeedError, match="effect"):
            check_tables(tables)


@pytest.mark.parametrize(
    "terms",
    [
        (Term(-1),), (Term(65_536),), (Term(0, -1),), (Term(0, 65_536),), (Term(1), Term(1)),
        tuple(Term(day, until) for day in range(65_536) for until in (0, 1))[:65_537],
    ],
)  # fmt: skip
def test_terms(terms):
    with pytest.raises(FeedError, match="not valid"):
        check_tables(Tables(terms))


@pytest.mark.parametrize(
    "scopes", [np.array([1, 1], "u4"), np.array([2, 1], "u4"), np.array([1], "u8")]
)
def test_scopes(scopes):
    with pytest.raises(FeedError, match="scopes"):
        check_tables(Tables(scopes=scopes))


@pytest.mark.parametrize("kind", list(layout.SHAPES))
@pytest.mark.parametrize(
    "change", [lambda keys: keys[::-1], lambda keys: keys[[0, 0]], lambda keys: keys.astype("i8")]
)
def test_removals(kind, change):
    full = made.some().removed
    check_removals(full)
    keys = change(layout.removed(full, kind))
    with pytest.raises(FeedError, match="removed"):
        check_removals(layout.removals({kind: keys}))


def test_order_is_seen_across_chunks(monkeypatch):
    from garim_feed.wire import terms

    monkeypatch.setattr(terms, "CHUNK", 4)
    for place in range(1, 12):
        keys = np.arange(12, dtype=np.uint64)
        keys[place] = keys[place - 1]
        table = Keys(keys, np.zeros(12, np.uint16))
        with pytest.raises(FeedError, match="sorted"):
            check(Segment(Tables((Term(1),), {Kind.HOST: table}), Removals()))


def test_every_bounded_field_is_in_the_table_above():
    named = {(kind, field) for kind, field, _ in WRONG}
    free = {"duration", "frames", "points", "ids", "keys", "pdq", "times", "counts", "terms"}
    for kind, shape in layout.SHAPES.items():
        for one in fields(shape.make):
            assert (kind, one.name) in named or one.name in free or kind in EXACT
