import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.wire import layout, rows


def wrapped(kind, table, terms):
    found = {} if table is None else {kind: table}
    return made.plain(layout.tables(terms, found, None))[kind]


@made.QUICK
@given(made.plains(), st.integers(0, 31))
def test_chosen_rows_keep_their_facts_and_parts(plain, bits):
    tables = made.tables(plain)
    for kind in layout.SHAPES:
        table = layout.table(tables, kind)
        if table is None:
            continue
        items = list(made.plain(tables)[kind].items())
        flags = np.array([bool(bits >> place & 1) for place in range(len(items))])
        chosen = rows.select(kind, table, flags)
        expected = dict(item for item, flag in zip(items, flags, strict=True) if flag)
        assert wrapped(kind, chosen, tables.terms) == expected
        other = wrapped(
            kind, rows.union(kind, chosen, rows.select(kind, table, ~flags)), tables.terms
        )
        assert list(other.items()) == items


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (0, 3), (1, 2), (2, 3), (3, 3)])
def test_spans_are_views_with_their_parts(start, stop):
    tables = made.some().added
    for kind in layout.SHAPES:
        table = layout.table(tables, kind)
        part = rows.span(kind, table, start, stop)
        items = list(made.plain(tables)[kind].items())[start:stop]
        assert wrapped(kind, part, tables.terms) == dict(items)
        assert start == stop or np.shares_memory(layout.key(part, kind), layout.key(table, kind))


def test_union_with_nothing():
    tables = made.some().added
    for kind in layout.SHAPES:
        table = layout.table(tables, kind)
        assert rows.union(kind, table, None) is table
        assert rows.union(kind, None, table) is table
        assert rows.union(kind, None, None) is None
