import time
from datetime import UTC, datetime, timedelta

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.errors import FeedError
from garim_feed.sync import files, record
from garim_feed.sync.feed_loop import FeedLoop
from garim_feed.sync.source import Reply
from garim_feed.sync.status import FeedStatus


@pytest.fixture
def agent(tmp_path):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return Agent(tmp_path, feed)


@pytest.fixture
def loop(agent):
    return FeedLoop(
        agent.store, "national", build=agent.build, source=agent.server, checker=None, every=60
    )


@pytest.fixture
def said(caplog):
    """What this room logged."""
    caplog.set_level("INFO", "garim_feed")
    return lambda: [one.getMessage() for one in caplog.records if one.name.startswith("garim")]


def test_what_is_new_comes_into_force(agent, loop, said):
    assert 54 <= loop.once() <= 66
    assert agent.versions() == {"first": 1}
    assert said() == ["national: other lists are in force"]
    loop.once()
    assert len(said()) == len(agent.build.plans) == 1


def test_failures_make_it_patient_and_are_told_once(agent, loop, said):
    agent.server.hook = lambda _path, _headers: Reply(500, {}, iter(()))
    delays = [loop.once() for _ in range(6)]
    assert [round(delay / 60 / 2**n) for n, delay in enumerate(delays[:3], 1)] == [1, 1, 1]
    assert 810 <= delays[-1] <= 990
    assert len(said()) == 1
    assert "error 500" in said()[0]
    agent.server.hook = lambda _path, _headers: None
    assert 54 <= loop.once() <= 66
    assert said()[1:] == [
        "national: other lists are in force",
        "national: all is well again",
    ]


def test_retry_after_is_kept_to(agent, loop):
    agent.server.hook = lambda _path, _headers: Reply(503, {"retry-after": "1000"}, iter(()))
    assert 990 <= loop.once() <= 1100


@pytest.mark.parametrize("error", [FeedError("No memory."), OSError(28, "No space"), ValueError()])
def test_what_cannot_be_built_is_tried_again_later_and_later(agent, loop, error):
    agent.build.fail = error
    assert [round(loop.once() / 60) for _ in range(3)] == [
        pytest.approx(2, abs=0.5), pytest.approx(4, abs=0.5), pytest.approx(8, abs=1),
    ]  # fmt: skip
    agent.build.fail = None
    assert 54 <= loop.once() <= 66
    assert agent.versions() == {"first": 1}


def test_a_disk_that_is_full_does_not_end_it(agent, loop, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write", full)
    assert loop.once() > 100
    monkeypatch.undo()
    loop.once()
    assert agent.versions() == {"first": 1}


def test_a_thread_looks_until_it_is_ended(agent, loop):
    loop.start()
    try:
        wait_for(lambda: agent.versions() == {"first": 1})
        agent.feed.put_list("kmcc", "first", b"one", b"two")
        agent.feed.publish()
        loop.wake()
        wait_for(lambda: agent.versions() == {"first": 2})
        assert loop.alive()
    finally:
        loop.end()
    loop._thread.join(10)
    assert not loop.alive()
    assert agent.server.closed == 1


@pytest.mark.parametrize(("minutes", "waits"), [(10, True), (-10, False), (10**6, False)])
def test_after_a_restart_it_waits_as_it_was_told(agent, loop, minutes, waits):
    not_before = datetime.now(UTC) + timedelta(minutes=minutes)
    record.write(agent.folder.status, FeedStatus(name="national", not_before=not_before))
    loop.start()
    if waits:
        loop._thread.join(0.3)
        assert agent.server.asked == []
        # Who asks for it now is served now.
        loop.wake()
    wait_for(lambda: agent.versions() == {"first": 1})
    loop.end()
    loop._thread.join(10)


def wait_for(true) -> None:
    for _ in range(6000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError
