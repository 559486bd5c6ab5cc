import threading

import pytest
from tests.feed.sync.made import URL, Agent
from tests.feed.sync.simulator import FeedSimulator, Server

from garim_feed.errors import FeedError
from garim_feed.sync import files
from garim_feed.sync import update as module
from garim_feed.sync.layout import feed_lock
from garim_feed.sync.source import SourceError, Trouble
from garim_feed.sync.status import in_force
from garim_feed.sync.update import reapply, update

OTHER = "https://school.example"


@pytest.fixture
def feeds():
    """Two feeds by address, each with a list of the same name."""
    made = {}
    for url in (URL, OTHER):
        feed = FeedSimulator("kmcc")
        feed.put_list("kmcc", "first", url.encode())
        feed.publish()
        made[url] = Server(feed)
    return made


@pytest.fixture
def agent(tmp_path, feeds):
    agent = Agent(tmp_path, feeds[URL].feed)
    agent.store.add("school", OTHER, feeds[OTHER].feed.root_file)
    return agent


def run(agent, feeds, **options):
    return update(agent.store, source=feeds.__getitem__, build=agent.build, **options)


def lists(agent):
    return [(one.feed, one.manifest.name) for one in in_force(agent.store.root)]


def test_several_feeds_side_by_side(agent, feeds):
    report = run(agent, feeds)
    assert [status.name for status in report.feeds] == ["national", "school"]
    assert report.changed
    assert report.generation
    assert lists(agent) == [("national", "first"), ("school", "first")]
    again = run(agent, feeds)
    assert (again.changed, again.generation) == (False, report.generation)


def test_nothing_to_follow_is_nothing_to_do(tmp_path):
    agent = Agent(tmp_path, FeedSimulator("kmcc"))
    agent.store.remove("national")
    report = agent.report()
    assert (report.generation, report.changed, report.feeds) == ("", False, ())


def test_only_those_that_are_named(agent, feeds):
    report = run(agent, feeds, only=["school"])
    assert [status.name for status in report.feeds] == ["school"]
    assert feeds[URL].asked == []
    with pytest.raises(FeedError, match="no feed with the name other"):
        run(agent, feeds, only=["other"])


def test_a_failing_feed_costs_no_other(agent, feeds):
    def broken(_path, _headers):
        raise SourceError(Trouble.NAME)

    feeds[URL].hook = broken
    report = run(agent, feeds)
    assert [bool(status.problem) for status in report.feeds] == [True, False]
    assert lists(agent) == [("school", "first")]


def test_a_slow_feed_does_not_hold_up_another(agent, feeds):
    """The other's list is in force while the slow one still waits."""
    seen = []

    def slow(_path, _headers):
        for _ in range(600):
            if lists(agent):
                break
            threading.Event().wait(0.02)
        seen.append(lists(agent))

    feeds[URL].hook = lambda path, headers: slow(path, headers) if not seen else None
    run(agent, feeds)
    assert seen == [[("school", "first")]]
    assert lists(agent) == [("national", "first"), ("school", "first")]


def test_somebody_else_s_work_is_an_error_but_costs_no_other(agent, feeds, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0)
    lock = feed_lock(agent.store.root, "national")
    with files.locked(lock), pytest.raises(FeedError, match="at work"):
        run(agent, feeds)
    assert lists(agent) == [("school", "first")]


def test_progress_is_told_for_each_feed(agent, feeds):
    told = {}
    run(agent, feeds, progress=lambda feed, come, wanted: told.update({feed: (come, wanted)}))
    assert set(told) == {"national", "school"}
    assert all(come == wanted > 0 for come, wanted in told.values())


def test_a_build_that_fails_is_an_error(agent, feeds):
    agent.build.fail = FeedError("The lists could not be built.")
    with pytest.raises(FeedError, match="could not be built"):
        run(agent, feeds)
    assert lists(agent) == []


def test_removed_lists_go_without_asking_anybody(agent, feeds):
    run(agent, feeds)
    for server in feeds.values():
        server.took()
    agent.store.remove("school")
    report = reapply(agent.store, build=agent.build)
    assert report.changed
    assert lists(agent) == [("national", "first")]
    assert [status.name for status in report.feeds] == ["national"]
    assert all(server.asked == [] for server in feeds.values())
