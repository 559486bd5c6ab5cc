"""What is in force, and the words for how fresh it is."""

from datetime import UTC, datetime, timedelta

import pytest

from garim_addon.text import set_language
from garim_agent import lists
from garim_agent.lists import (
    fresh,
    in_force,
    in_short,
    moment,
    problem_words,
    problems,
    title,
    well,
)
from garim_feed.sync.problem import Problem
from garim_feed.sync.status import FeedStatus, ListStatus

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROBLEM = Problem(template="The server of {feed} is silent.", params={"feed": "a"})


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    set_language("en")
    monkeypatch.setattr(lists, "now", lambda: NOW)


def feed(hours=1, **facts):
    return FeedStatus(name="a", published=NOW - timedelta(hours=hours), **facts)


@pytest.mark.parametrize(
    ("status", "words", "good"),
    [
        (FeedStatus(name="a"), "never fetched", False),
        (feed(), "fresh", True),
        (feed(25), "STALE: no news for over a day", False),
        (feed(24 * 8), "OVERDUE: no news for over a week", False),
        (feed(problem=PROBLEM), "fresh", False),
        (feed(clock=PROBLEM), "fresh", False),
        (feed(refused=(PROBLEM,)), "fresh", False),
    ],
)
def test_freshness_and_whether_all_is_well(status, words, good):
    assert (fresh(status), well(status)) == (words, good)


def test_problems_in_their_order_and_words():
    about = Problem(template="It is too large.", list="ncii")
    found = problems(feed(refused=(about,), problem=PROBLEM, clock=PROBLEM))
    assert found == [PROBLEM, PROBLEM, about]
    assert [problem_words(each) for each in found[1:]] == [
        "The server of a is silent.",
        "ncii: It is too large.",
    ]


@pytest.mark.parametrize(
    ("titles", "language", "found"),
    [
        ({"ko": "목록", "en": "List"}, "ko", "목록"),
        ({"ko": "목록", "en": "List"}, "en", "List"),
        ({"en": "List"}, "ko", "List"),
        ({}, "en", "a"),
    ],
)
def test_titles(titles, language, found):
    set_language(language)
    assert title(feed(title=titles)) == found


def test_moments_are_local_and_missing_ones_a_dash():
    assert moment(None) == "-"
    assert moment(NOW) == NOW.astimezone().strftime("%Y-%m-%d %H:%M")


def test_in_short():
    one = ListStatus(
        name="ncii", authority="k", keeper="K", category="ncii", title={}, version=3,
        published=NOW, entries={"host": 1},
    )  # fmt: skip
    assert in_short([feed(lists=(one,), problem=PROBLEM), FeedStatus(name="b")]) == [
        "Lists of a: ncii 3 (fresh).",
        "  ! The server of a is silent.",
        "Lists of b: - (never fetched).",
    ]
    assert in_short([]) == ["No feed is followed: only the built-in list is in force."]


def test_without_a_generation_the_shipped_list_is_in_force(tmp_path):
    assert [each.manifest.name for each in in_force(tmp_path)] == ["test"]
    assert not list(tmp_path.iterdir())
