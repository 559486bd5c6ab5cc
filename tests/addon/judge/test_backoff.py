"""Pauses double up to a bound and begin anew after a success."""

from garim_addon.judge.backoff import Backoff


def test_pauses_double_up_to_the_longest():
    backoff = Backoff(first=1.0, longest=5.0)
    assert [backoff.pause() for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_success_begins_anew():
    backoff = Backoff(first=1.0, longest=5.0)
    backoff.pause()
    backoff.pause()
    backoff.count = 0
    assert backoff.pause() == 1.0


def test_many_failures_do_not_overflow():
    assert Backoff(first=1.0, longest=5.0, count=10_000).pause() == 5.0
