"""Merging is checked against applying each step to a dictionary, one after another."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import EXACT, Effect, Kind, Term
from garim_feed.tables import Keys, Removals, Segment, Tables
from garim_feed.wire.check import check
from garim_feed.wire.merge import content_digest, counts, difference, merge


@made.QUICK
@given(st.lists(made.steps(), max_size=6))
def test_merged_is_applied_one_after_another(steps):
    tables, _ = merge(made.segment(step) for step in steps)
    content = made.nothing()
    for step in steps:
        content = made.apply(content, step)
    assert made.plain(tables) == content
    assert content_digest(tables) == content_digest(made.tables(content))
    assert set(() if tables.scopes is None else tables.scopes.tolist()) == {
        scope for step in steps for scope in step[2]
    }


@made.QUICK
@given(made.plains(), st.lists(made.steps(), min_size=1, max_size=5))
def test_net_effect_on_whatever_was_before(before, steps):
    tables, removals = merge([made.segment(step) for step in steps])
    check(Segment(tables, removals))
    content = before
    for step in steps:
        content = made.apply(content, step)
    net = (made.plain_removals(removals), made.plain(tables), ())
    assert made.apply(before, net) == content
    assert all(net[0][kind].isdisjoint(net[1][kind]) for kind in net[0])


@made.QUICK
@given(st.lists(made.steps(), min_size=2, max_size=6), st.integers(1, 5))
def test_putting_together_is_associative(steps, cut):
    whole = merge(map(made.segment, steps))
    parts = [merge(map(made.segment, part)) for part in (steps[:cut], steps[cut:]) if part]
    pieced = merge(Segment(*part) for part in parts)
    assert made.plain(pieced[0]) == made.plain(whole[0])
    assert made.plain_removals(pieced[1]) == made.plain_removals(whole[1])
    assert pieced[0].terms == whole[0].terms


def test_nothing_comes_to_nothing():
    for tables, removals in (merge([]), merge([Segment(Tables(), Removals())])):
        assert counts(tables) == {}
        assert removals.exact == {}
        assert tables.scopes is None


def test_terms_that_no_entry_uses_any_more_do_not_count():
    """Two segments of 40,000 terms each, the second replacing the first, are still one list."""
    keys = np.arange(40_000, dtype=np.uint64)
    numbers = np.arange(40_000, dtype=np.uint16)
    segments = [
        Segment(
            Tables(
                tuple(Term(day, until) for day in range(40_000)),
                {Kind.HOST: Keys(keys, numbers)},
            ),
            Removals(),
        )
        for until in (0, 1)
    ]
    tables, _ = merge(segments)
    assert counts(tables) == {"host": 40_000}
    assert tables.terms == segments[1].added.terms
    other = Segment(
        Tables(segments[1].added.terms, {Kind.ADDRESS: Keys(keys, numbers)}), Removals()
    )
    with pytest.raises(FeedError, match="different dates"):
        merge([segments[0], other])


def test_memory_is_bounded_by_the_result():
    """Thirty segments of like size, made as they are asked for."""
    size = 30_000

    def segments():
        for seed in range(30):
            keys = made.keys(size, seed)
            table = Keys(keys, np.zeros(size, np.uint16))
            yield Segment(Tables((Term(1),), {Kind.HOST: table}), Removals())

    merge([next(segments())])
    tracemalloc.start()
    tables, _ = merge(segments())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts(tables) == {"host": 30 * size}
    chunk = 3 * 8 * (1 << 20)  # what is taken on the way, whatever the size
    assert peak < 2.5 * 10 * 30 * size + chunk


def test_the_issue_of_a_host_that_was_added_removed_and_allowed():
    block, allow = Term(1), Term(2, 0, Effect.ALLOW)
    first = made.segment((_only(), {Kind.HOST: {7: (block,)}}, ()))
    second = made.segment((_only({7}), {}, ()))
    third = made.segment((_only(), {Kind.HOST: {7: (allow,)}}, ()))
    assert made.plain(merge([first, second])[0])[Kind.HOST] == {}
    assert made.plain_removals(merge([first, second])[1])[Kind.HOST] == {7}
    tables, removals = merge([first, second, third])
    assert made.plain(tables)[Kind.HOST] == {7: (allow,)}
    assert made.plain_removals(removals)[Kind.HOST] == set()


def test_difference_is_offered_here_too():
    tables = made.some().added
    assert counts(difference(Tables(), tables).added) == dict.fromkeys(
        [kind.value for kind in (*EXACT, Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)], 3
    )


def _only(hosts=()):
    return {kind: set(hosts) if kind is Kind.HOST else set() for kind in made.nothing()}
