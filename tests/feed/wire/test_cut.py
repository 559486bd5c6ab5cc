import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.kinds import Kind, Term
from garim_feed.tables import Keys, Removals, Segment, Tables
from garim_feed.wire import layout
from garim_feed.wire.columns import WIDTH
from garim_feed.wire.content import content_digest, counts
from garim_feed.wire.cut import cut
from garim_feed.wire.merge import merge
from garim_feed.wire.segment import read, write


def weight(segment):
    columns = layout.contents(segment)
    return sum(len(values) * WIDTH[layout.ORDER[name]] for name, values in columns)


@made.QUICK
@given(made.plains(), made.steps(), st.sampled_from([1, 50, 200, 1000, 10**6]))
def test_pieces_have_the_same_effect(before, step, budget):
    whole = made.segment(step)
    pieces = list(cut(whole, budget))
    content = before
    for piece in pieces:
        content = made.apply(
            content, (made.plain_removals(piece.removed), made.plain(piece.added), ())
        )
        read(write(piece))
    assert content == made.apply(before, step)
    scopes = merge(pieces)[0].scopes
    assert set(() if scopes is None else scopes.tolist()) == step[2]


@pytest.mark.parametrize("budget", [10_000, 99_999, 120_000])
def test_pieces_fit(budget):
    size = 10_000
    table = Keys(made.keys(size), np.zeros(size, np.uint16))
    whole = Segment(
        Tables((Term(1),), {Kind.HOST: table}, scopes=np.arange(size, dtype=np.uint32)),
        Removals({Kind.MD5: made.keys(size)}),
    )
    pieces = list(cut(whole, budget))
    assert all(weight(piece) <= budget for piece in pieces)
    assert len(pieces) < 3 * weight(whole) / budget
    tables, removals = merge(pieces)
    assert content_digest(tables) == content_digest(whole.added)
    assert np.array_equal(removals.exact[Kind.MD5], whole.removed.exact[Kind.MD5])


def test_what_fits_stays_whole_and_what_is_one_stays_one():
    full = made.some()
    assert len(list(cut(full))) == 1
    one = Segment(Tables(), Removals())
    assert [counts(piece.added) for piece in cut(one, 0)] == [{}]
