import numpy as np
from hypothesis import given
from tests.feed.wire import made

from garim_feed.kinds import EXACT, Kind, Term
from garim_feed.tables import Keys, Removals, Segment, Tables
from garim_feed.wire.check import check
from garim_feed.wire.content import count_removals, counts
from garim_feed.wire.difference import difference
from garim_feed.wire.merge import merge


@made.QUICK
@given(made.plains(), made.plains(), made.scopes(), made.scopes())
def test_it_leads_from_old_to_new_and_names_nothing_else(old, new, had, has):
    step = difference(made.tables(old, had), made.tables(new, has))
    check(step)
    assert made.plain(step.added) == {
        kind: {key: row for key, row in new[kind].items() if old[kind].get(key) != row}
        for kind in new
    }
    assert made.plain_removals(step.removed) == {
        kind: old[kind].keys() - new[kind].keys() for kind in new
    }
    assert set([] if step.added.scopes is None else step.added.scopes.tolist()) == has - had


@made.QUICK
@given(made.plains(), made.plains())
def test_merging_it_gives_the_new_content(old, new):
    before = made.tables(old)
    step = difference(before, made.tables(new))
    tables, _ = merge([Segment(before, Removals()), step])
    assert made.plain(tables) == new


def test_equal_content_differs_in_nothing_however_terms_are_numbered():
    plain = made.plain(made.some().added)
    terms = [Term(20_000 + number) for number in (2, 0, 1)]
    step = difference(made.some().added, made.tables(plain, {5}, terms=[Term(9), *terms]))
    assert counts(step.added) == {}
    assert count_removals(step.removed) == 0
    assert step.added.terms == ()


def test_each_fact_of_an_entry_counts():
    """One change at a time: every fact of every kind makes exactly that entry new."""
    old = made.plain(made.some().added)
    changes = {
        Kind.IMAGE: [(0, Term(3)), (1, 91), (2, (15, 31)), (2, (16, 30))],
        Kind.VIDEO: [(0, Term(3)), (1, 1), (2, (9, 30)), (3, ((bytes(32), 80, 7000),))],
        Kind.AUDIO: [(0, Term(3)), (1, 1), (2, (1, 2, 3))],
        **{kind: [(0, Term(3))] for kind in EXACT},
    }
    frames = old[Kind.VIDEO][8 << 50][3]
    for place, value in ((0, bytes(32)), (1, 81), (2, 7001)):
        moved = list(frames[1])
        moved[place] = value
        changes[Kind.VIDEO].append((3, (frames[0], tuple(moved), frames[2])))
    for kind, ways in changes.items():
        key = sorted(old[kind])[1]
        for place, value in ways:
            row = list(old[kind][key])
            row[place] = value
            new = {**old, kind: {**old[kind], key: tuple(row)}}
            step = difference(made.tables(old), made.tables(new))
            assert counts(step.added) == {kind.value: 1}, (kind, place, value)
            assert made.plain(step.added)[kind] == {key: tuple(row)}


def test_both_contents_may_be_full_of_terms():
    keys = np.arange(60_000, dtype=np.uint64)
    numbers = np.arange(60_000, dtype=np.uint16)
    old, new = (
        Tables(tuple(Term(day, until) for day in range(60_000)), {Kind.MD5: Keys(keys, numbers)})
        for until in (0, 7)
    )
    assert counts(difference(old, new).added) == {"md5": 60_000}
    assert counts(difference(new, new).added) == {}
