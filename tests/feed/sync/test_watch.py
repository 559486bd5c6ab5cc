"""The watch within this process, with a quick build; `test_watch_process.py` runs the real one."""

import threading
from contextlib import contextmanager

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator
from tests.feed.sync.test_feed_loop import wait_for

from garim_feed.sync import files, watch
from garim_feed.sync.layout import watch_lock
from garim_feed.sync.source import Reply
from garim_feed.sync.status import read_all
from garim_feed.sync.watch import Watch, trigger


@pytest.fixture
def agent(tmp_path):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return Agent(tmp_path / "quick", feed)


@contextmanager
def watching(agent, parent=None):
    made = Watch(agent.store, build=agent.build, source=agent.server)
    thread = threading.Thread(target=made.run, args=(parent,))
    thread.start()
    try:
        yield made, thread
    finally:
        made.end()
        thread.join(20)
        assert not thread.is_alive()


def test_feeds_that_come_and_go_are_noticed(agent, monkeypatch):
    monkeypatch.setattr(watch, "TICK", 0.05)
    with watching(agent):
        wait_for(lambda: agent.versions() == {"first": 1})
        agent.store.add("school", "https://school.example", agent.feed.root_file)
        wait_for(lambda: any(status.lists for status in read_all(agent.store.root)[1:]))
        agent.store.remove("national")
        wait_for(lambda: agent.versions() == {})
        agent.store.remove("school")
        wait_for(lambda: read_all(agent.store.root) == ())


def test_a_loop_that_died_is_started_again(agent, monkeypatch):
    monkeypatch.setattr(watch, "TICK", 0.05)
    with watching(agent) as (made, _thread):
        wait_for(lambda: agent.versions() == {"first": 1})
        agent.server.took()
        made._loops["national"].end()
        wait_for(lambda: agent.server.asked)


def test_it_ends_when_its_parent_is_gone(agent):
    class Gone:
        def gone(self):
            return True

    with watching(agent, Gone()) as (_made, thread):
        thread.join(20)
        assert not thread.is_alive()


def test_what_cannot_be_dropped_does_not_end_it(agent, monkeypatch):
    monkeypatch.setattr(watch, "TICK", 0.05)
    with watching(agent) as (_made, thread):
        wait_for(lambda: agent.versions() == {"first": 1})
        agent.build.fail = OSError(28, "No space left on device")
        agent.store.remove("national")
        wait_for(lambda: len(agent.build.plans) == 2)
        assert thread.is_alive()
    assert agent.versions() == {"first": 1}
    agent.build.fail = None
    with watching(agent):
        wait_for(lambda: agent.versions() == {})


def test_what_was_fetched_comes_into_force_without_a_network(agent):
    agent.look()
    agent.server.hook = lambda _path, _headers: Reply(500, {}, iter(()))
    with watching(agent):
        wait_for(lambda: agent.versions() == {"first": 1})


def test_there_is_nobody_to_trigger(tmp_path):
    assert not trigger(tmp_path)
    with files.locked(watch_lock(tmp_path)):
        # Somebody holds the lock who did not say who it is.
        assert not trigger(tmp_path)
    assert not trigger(tmp_path)


def test_what_it_is_told_on_the_command_line(tmp_path, monkeypatch):
    made = []

    class Seen(Watch):
        def __init__(self, store, **options):
            super().__init__(store, **options)
            made.append((store.root, options["every"], options["checker"] is not None))
            self.end()

    monkeypatch.setattr(watch, "Watch", Seen)
    monkeypatch.setattr(watch.signal, "signal", lambda *_: None)
    assert watch.main([str(tmp_path)]) == 0
    assert watch.main([str(tmp_path), "--every", "5", "--checker", "some.module"]) == 0
    assert made == [(tmp_path, 60.0, False), (tmp_path, 5.0, True)]
