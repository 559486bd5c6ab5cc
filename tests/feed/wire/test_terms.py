import numpy as np
import pytest
from hypothesis import given
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import Effect, Kind, Term
from garim_feed.tables import Keys, Tables
from garim_feed.wire import terms
from garim_feed.wire.content import content_digest


def test_chunks_cover_everything_once(monkeypatch):
    monkeypatch.setattr(terms, "CHUNK", 4)
    for count in (0, 1, 4, 5, 8):
        numbers = list(range(count))
        assert [one for part in terms.chunks(count) for one in numbers[part]] == numbers


def test_used_and_renumbered(monkeypatch):
    monkeypatch.setattr(terms, "CHUNK", 2)
    column = np.array([3, 0, 3, 3, 1], np.uint16)
    assert terms.used(column, 5).tolist() == [True, True, False, True, False]
    to = np.array([9, 8, 7, 65_535, 5], np.uint16)
    assert terms.renumbered(column, to).tolist() == [65_535, 9, 65_535, 65_535, 8]
    assert terms.renumbered(column, to).dtype == np.uint16
    assert terms.renumbered(column, np.arange(5, dtype=np.uint16)) is column


def test_order_is_by_day_then_end_then_effect():
    block, allow, negative = (
        Term(1, 0, effect) for effect in (Effect.BLOCK, Effect.ALLOW, Effect.NEGATIVE)
    )
    listed = (block, allow, negative, Term(1, 5), Term(2, 0))
    assert terms.ordered(reversed(listed)) == listed
    assert terms.ordered([block, block]) == (block,)


def test_too_many_terms_are_refused():
    full = [Term(day, until) for day in range(65_536) for until in (0,)]
    assert len(terms.ordered(full)) == 65_536
    with pytest.raises(FeedError, match="different dates"):
        terms.ordered([*full, Term(0, 1)])


def test_numbering_of_terms_among_others():
    one, two, three = Term(1), Term(2), Term(3)
    assert terms.numbering((two, three, one), (one, two)).tolist() == [1, 0, 0]
    assert terms.numbering((), (one,)).tolist() == []


def test_normal_form_drops_sorts_and_unites():
    given_terms = (Term(9), Term(2), Term(5), Term(2))
    keys = np.array([1, 2, 3], np.uint64)
    tables = Tables(given_terms, {Kind.HOST: Keys(keys, np.array([2, 1, 3], np.uint16))})
    normal = terms.normal(tables)
    assert normal.terms == (Term(2), Term(5))
    assert normal.exact[Kind.HOST].terms.tolist() == [1, 0, 0]
    assert terms.normal(normal) is normal


@made.QUICK
@given(made.plains())
def test_numbering_is_no_part_of_the_content(plain):
    listed = sorted({row[0] for rows in plain.values() for row in rows.values()}, reverse=True)
    other = made.tables(plain, terms=[Term(4), *listed])
    assert made.plain(terms.normal(other)) == plain
    assert content_digest(other) == content_digest(made.tables(plain))
