from dataclasses import fields

import pytest
from tests.feed.wire import made

from garim_feed.kinds import EXACT, Kind
from garim_feed.tables import Removals, Segment, Tables
from garim_feed.wire import layout


def test_every_field_of_every_table_has_a_column():
    assert list(layout.SHAPES) == [*EXACT, Kind.IMAGE, Kind.VIDEO, Kind.AUDIO]
    assert set(layout.SHAPES) == set(Kind)
    for shape in layout.SHAPES.values():
        assert list(shape.fields) == [one.name for one in fields(shape.make)]
        assert next(iter(shape.rows)) == shape.key


def test_columns_come_in_file_order():
    names = [name for name, _ in layout.contents(made.some())]
    assert [*layout.TERMS, *names] == list(layout.ORDER)
    assert sorted(layout.KEYS) == sorted(
        name for name in names if layout.ORDER[name].value in {"d32", "d64", "d256"}
    )


@pytest.mark.parametrize("kind", list(layout.SHAPES))
def test_what_is_empty_is_not_there(kind):
    full = made.some()
    assert layout.table(Tables(), kind) is None
    assert layout.removed(Removals(), kind) is None
    table = layout.table(full.added, kind)
    shape = layout.SHAPES[kind]
    empty = shape.make(**{field: getattr(table, field)[:0] for field in shape.fields})
    tables = layout.tables((), {kind: empty}, made.some().added.scopes[:0])
    assert list(layout.contents(Segment(tables, Removals()))) == []
    gone = layout.removals({kind: layout.key(empty, kind)})
    assert list(layout.contents(Segment(Tables(), gone))) == []


def test_empty_columns_given_directly_are_left_out_too():
    full = made.some()
    empty = {kind: keys[:0] for kind, keys in full.removed.exact.items()}
    segment = Segment(Tables(scopes=full.added.scopes[:0]), Removals(exact=empty))
    assert list(layout.contents(segment)) == []
