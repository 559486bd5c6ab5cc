"""The power goes, or the disk is full, at any step of an update: the old or the new, then on."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.sync.status import read_all


class Killed(BaseException):
    """As if the process ended here: nothing catches it but what cleans up."""


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    feed.delegate("policy", "policy/*", keys=1)
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return feed


def prepare(tmp_path: Path, feed: FeedSimulator) -> Path:
    """Return a machine's folder on which version 1 is in force and version 2 is published."""
    agent = Agent(tmp_path / "ready", feed, policy=True)
    agent.checker = lambda _folder: None
    agent.update()
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.put_target(feed.roles["policy"], "policy/policy.toml", b"[profile]")
    feed.publish()
    return tmp_path / "ready" / "lists"


def again(tmp_path: Path, ready: Path, number: int, feed: FeedSimulator) -> Agent:
    """Return a copy of that machine."""
    agent = object.__new__(Agent)
    home = tmp_path / f"copy-{number}"
    home.mkdir()
    Agent.__init__(agent, home, feed, policy=True)
    shutil.rmtree(agent.store.root)
    shutil.copytree(ready, agent.store.root, symlinks=True)
    agent.checker = lambda _folder: None
    return agent


STEPS = ((os, "fsync"), (os, "replace"), (Path, "replace"), (Path, "rename"), (os, "link"),
         (tempfile, "NamedTemporaryFile"), (Path, "unlink"))  # fmt: skip


def failing_at(monkeypatch, step: int, error: BaseException) -> list[str]:
    """Let the `step`-th change of the disk fail, and, when it is full, all after it."""
    done: list[str] = []

    def wrap(owner, name):
        real = getattr(owner, name)

        def change(*args, **kwargs):
            done.append(name)
            if len(done) == step or (len(done) > step and isinstance(error, OSError)):
                raise error
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, change)

    for owner, name in STEPS:
        wrap(owner, name)
    return done


@pytest.mark.parametrize(
    ("error", "stride"),
    [(Killed(), 2), (OSError(28, "No space left on device"), 4)],
    ids=["killed", "full"],
)
def test_at_many_steps(tmp_path, feed, monkeypatch, error, stride):
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    ready = prepare(tmp_path, feed)
    states = set()
    for step in itertools.count(1, stride):
        agent = again(tmp_path, ready, step, feed)
        with monkeypatch.context() as patch:
            done = failing_at(patch, step, error)
            try:
                agent.update()
            except BaseException as raised:
                if raised is not error:
                    raise
        state = agent.versions()["first"], agent.revoked("first")
        states.add(state)
        assert state in {(1, ()), (2, ("host-0000000000000001",))}
        assert read_all(agent.store.root)[0].lists
        # And then on, as if nothing had been.
        status = agent.update()
        assert (status.problem, status.refused) == (None, ())
        assert agent.versions() == {"first": 2}
        assert status.accepted == ("policy",)
        assert (agent.folder.accepted / "policy.toml").read_bytes() == b"[profile]"
        shutil.rmtree(tmp_path / f"copy-{step}")
        if len(done) < step:
            break
    assert step > 30
    assert len(states) == 2
