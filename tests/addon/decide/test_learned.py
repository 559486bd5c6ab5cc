"""Learned hosts end, make room, and never cover what is listed."""

import pytest

from garim_addon.decide.learned import SECONDS, Cause, Learned, LearnedHost


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def listed():
    return set()


@pytest.fixture
def learned(clock, listed):
    return Learned(listed.__contains__, most=3, clock=clock)


def test_the_issues_durations():
    assert SECONDS == {Cause.CLIENT_REFUSED: 86_400, Cause.UPSTREAM_DOUBTFUL: 600}


@pytest.mark.parametrize("cause", Cause)
def test_a_host_is_learned_for_its_time(learned, clock, cause):
    assert learned.find("a.example") is None
    assert learned.learn("A.Example.", cause)
    entry = LearnedHost("a.example", cause, 1000.0, 1000.0 + SECONDS[cause])
    clock.now += SECONDS[cause] - 1
    assert learned.find("a.example") == entry
    clock.now += 1
    assert learned.find("a.example") is None
    assert learned.entries() == ()


def test_only_that_very_host(learned):
    learned.learn("a.example", Cause.CLIENT_REFUSED)
    assert learned.find("b.a.example") is None
    assert learned.find("example") is None


def test_a_listed_host_is_never_learned_and_ends_when_it_gets_listed(learned, listed):
    listed.add("bad.example")
    assert not learned.learn("Bad.example", Cause.CLIENT_REFUSED)
    learned.learn("later.example", Cause.CLIENT_REFUSED)
    listed.add("later.example")
    assert learned.find("later.example") is None
    listed.clear()
    assert learned.find("later.example") is None


def test_a_shorter_cause_does_not_shorten_a_longer_one(learned):
    learned.learn("a.example", Cause.CLIENT_REFUSED)
    assert learned.learn("a.example", Cause.UPSTREAM_DOUBTFUL)
    assert learned.find("a.example").cause is Cause.CLIENT_REFUSED
    learned.learn("b.example", Cause.UPSTREAM_DOUBTFUL)
    learned.learn("b.example", Cause.CLIENT_REFUSED)
    assert learned.find("b.example").cause is Cause.CLIENT_REFUSED


def test_the_one_that_would_end_first_makes_room(learned, clock):
    learned.learn("a.example", Cause.CLIENT_REFUSED)
    learned.learn("b.example", Cause.UPSTREAM_DOUBTFUL)
    learned.learn("c.example", Cause.CLIENT_REFUSED)
    clock.now += 1
    learned.learn("d.example", Cause.CLIENT_REFUSED)
    assert [e.host for e in learned.entries()] == ["d.example", "a.example", "c.example"]


def test_ended_ones_make_room_before_any_that_holds(learned, clock):
    for name in ("a.example", "b.example"):
        learned.learn(name, Cause.UPSTREAM_DOUBTFUL)
    learned.learn("c.example", Cause.CLIENT_REFUSED)
    clock.now += 700
    learned.learn("d.example", Cause.UPSTREAM_DOUBTFUL)
    assert [e.host for e in learned.entries()] == ["d.example", "c.example"]


def test_one_or_all_are_forgotten(learned):
    learned.learn("a.example", Cause.CLIENT_REFUSED)
    learned.learn("b.example", Cause.CLIENT_REFUSED)
    learned.forget("A.example")
    assert [e.host for e in learned.entries()] == ["b.example"]
    learned.forget()
    assert learned.entries() == ()


@pytest.mark.parametrize("host", ["", "."])
def test_nothing_is_learned_without_a_name(learned, host):
    assert not learned.learn(host, Cause.CLIENT_REFUSED)


def test_learning_can_be_switched_off(clock):
    learned = Learned(lambda _: False, most=0, clock=clock)
    assert not learned.learn("a.example", Cause.CLIENT_REFUSED)
    assert learned.find("a.example") is None
