"""Which feeds are overdue, by what the sync wrote down."""

from datetime import UTC, datetime, timedelta

import pytest

from garim_addon.judge.staleness import SECONDS_BETWEEN, Staleness
from garim_feed.sync.freshness import Freshness
from garim_feed.sync.layout import feed_folder
from garim_feed.sync.status import FeedStatus

NOW = datetime(2026, 5, 20, tzinfo=UTC)


class World:
    def __init__(self, root):
        self.root, self.now = root, NOW
        self.staleness = Staleness(root, clock=self.clock)

    def clock(self):
        return self.now.timestamp()

    def feed(self, name, days):
        folder = feed_folder(self.root, name)
        folder.path.mkdir(parents=True, exist_ok=True)
        folder.config.write_text("{}")
        if days is not None:
            status = FeedStatus(name=name, published=NOW - timedelta(days=days))
            folder.status.write_text(status.model_dump_json())

    def later(self, seconds=SECONDS_BETWEEN):
        self.now += timedelta(seconds=seconds)
        return self.staleness.refresh()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.mark.parametrize(
    ("days", "freshness", "overdue"),
    [
        (None, Freshness.NEVER, False),
        (0, Freshness.FRESH, False),
        (2, Freshness.STALE, False),
        (6.9, Freshness.STALE, False),
        (7, Freshness.OVERDUE, True),
        (400, Freshness.OVERDUE, True),
    ],
)
def test_a_week_without_news_is_reported(world, days, freshness, overdue):
    world.feed("kr", days)
    assert world.staleness.refresh() == (("kr",) if overdue else ())
    assert world.staleness.overdue == (("kr",) if overdue else ())
    assert world.staleness.counts == {freshness: 1}


def test_each_feed_is_told_once_and_again_after_it_was_fresh(world):
    world.feed("kr", 8)
    world.feed("school", 0)
    assert world.staleness.refresh() == ("kr",)
    assert world.later() == ()
    world.feed("school", 9)
    assert world.later() == ("school",)
    assert world.staleness.overdue == ("kr", "school")
    world.feed("kr", 0)
    assert world.later() == ()
    assert world.staleness.overdue == ("school",)
    world.feed("kr", 8)
    assert world.later() == ("kr",)


def test_it_looks_once_a_minute(world):
    assert world.staleness.refresh() == ()
    world.feed("kr", 8)
    assert world.later(SECONDS_BETWEEN - 1) == ()
    assert world.later(1) == ("kr",)


def test_a_clock_that_was_set_back_does_not_stop_it(world):
    world.staleness.refresh()
    world.feed("kr", 400)
    assert world.later(-86_400) == ("kr",)


def test_without_feeds_nothing_is_stale(tmp_path):
    for root in (tmp_path, tmp_path / "missing", None):
        staleness = Staleness(root)
        assert staleness.refresh() == ()
        assert not staleness.counts


def test_a_damaged_status_is_a_feed_of_which_nothing_is_known(world):
    world.feed("kr", 8)
    feed_folder(world.root, "kr").status.write_text("no json")
    assert world.staleness.refresh() == ()
    assert world.staleness.counts == {Freshness.NEVER: 1}
