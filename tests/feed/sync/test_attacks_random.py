"""Any file of the server bent in any way: the old list or the new one, and then on."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator

ENTRY = "host-0000000000000001"


def bent(data: bytes, how: str, at: int, byte: int, other: bytes) -> bytes:
    place = at % max(1, len(data))
    return {
        "cut": data[:place],
        "flipped": data[:place] + bytes([byte]) + data[place + 1 :],
        "longer": data + bytes([byte]) * (at % 100_000),
        "swapped": other,
        "empty": b"",
        "doubled": data + data,
        "deep": b'{"signed":' * (at % 20_000),
    }[how]


HOW = st.sampled_from(["cut", "flipped", "longer", "swapped", "empty", "doubled", "deep", "gone"])


NUMBER = st.integers(0, 10**6)
CHANGE = st.tuples(NUMBER, HOW, NUMBER, st.integers(0, 255), NUMBER)


@pytest.fixture(scope="module", autouse=True)
def _no_flushing():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: None)
        yield


@settings(deadline=None, max_examples=30)
@given(st.lists(CHANGE, min_size=1, max_size=3))
def test_bent_files(changes):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    with tempfile.TemporaryDirectory() as home:
        agent = Agent(Path(home), feed)
        agent.update()
        feed.put_list("kmcc", "first", b"one", b"two")
        feed.revoke("kmcc", "first", ENTRY)
        feed.publish()
        honest = dict(feed.files)
        paths = sorted(honest)
        for which, how, at, byte, other in changes:
            path = paths[which % len(paths)]
            if how == "gone":
                feed.files.pop(path, None)
            else:
                other_data = honest[paths[other % len(paths)]]
                feed.files[path] = bent(honest[path], how, at, byte, other_data)
        agent.update()
        version, revoked = agent.versions()["first"], agent.revoked("first")
        # The fast lane and the list are signed apart, and each is whole.
        assert version in {1, 2}
        assert revoked in {(), (ENTRY,)}
        feed.files = honest
        status = agent.update()
        assert (status.problem, status.refused) == (None, ())
        assert (agent.versions()["first"], agent.revoked("first")) == (2, (ENTRY,))


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=300), st.sampled_from(["offered", "polled", "status", "config", "built"]))
def test_any_bytes_in_the_records_of_this_machine(data, which):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.revoke("kmcc", "first", ENTRY)
    feed.publish()
    with tempfile.TemporaryDirectory() as home:
        agent = Agent(Path(home), feed)
        agent.update()
        good = agent.folder.config.read_bytes()
        place = {
            "offered": agent.folder.offered,
            "polled": agent.folder.polled,
            "status": agent.folder.status,
            "config": agent.folder.config,
            "built": agent.store.root / "built.json",
        }[which]
        place.write_bytes(data)
        agent.report()
        assert (agent.versions()["first"], agent.revoked("first")) == (1, (ENTRY,))
        agent.folder.config.write_bytes(good)
        assert agent.update().problem is None
        assert (agent.versions()["first"], agent.revoked("first")) == (1, (ENTRY,))
