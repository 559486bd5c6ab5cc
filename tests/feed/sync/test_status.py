from datetime import UTC, datetime, timedelta

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.sync.freshness import Freshness
from garim_feed.sync.status import FeedStatus, in_force, read_all, read_stored


@pytest.fixture
def agent(tmp_path):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one", entries=7)
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.publish()
    return Agent(tmp_path, feed)


def test_nothing_is_known_of_nothing(tmp_path):
    assert read_all(tmp_path / "none") == ()
    assert in_force(tmp_path / "none") == ()


def test_a_feed_that_was_only_added(agent):
    (status,) = read_all(agent.store.root)
    assert status.url == "https://feed.example/garim"
    assert len(status.fingerprint) == 64
    assert status.freshness(datetime.now(UTC)) is Freshness.NEVER
    assert (status.lists, status.problem, status.checked) == ((), None, None)


def test_everything_that_is_told(agent):
    agent.update()
    (status,) = read_all(agent.store.root)
    now = datetime.now(UTC)
    assert status.title == {"ko": "시험", "en": "Trial"}
    assert status.freshness(now) is Freshness.FRESH
    assert status.checked is not None
    assert abs(now - status.checked) < timedelta(minutes=1)
    assert status.changed is not None
    assert status.until == agent.feed.timestamp.expires
    assert status.received > 1000
    (one,) = status.lists
    assert (one.name, one.authority, one.keeper) == ("first", "kmcc", "Authority kmcc")
    assert (one.version, one.entries, one.revoked) == (1, {"host": 7}, 1)
    assert one.title == {"ko": "목록", "en": "List"}
    assert FeedStatus.model_validate_json(status.model_dump_json()) == status


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"name": 1}', b"\xff" * 100])
def test_what_cannot_be_read_is_not_known_and_never_an_error(agent, data):
    agent.update()
    agent.folder.status.write_bytes(data)
    (status,) = read_all(agent.store.root)
    assert status.checked is None
    assert status.url == "https://feed.example/garim"
    # What is in force does not depend on it.
    assert [one.name for one in status.lists] == ["first"]
    (agent.store.root / "built.json").write_bytes(data)
    (agent.store.root / "current").write_bytes(data)
    agent.folder.config.write_bytes(data)
    (status,) = read_all(agent.store.root)
    assert (status.name, status.lists, status.url) == ("national", (), "")


def test_a_status_does_not_say_another_name(agent):
    agent.update()
    text = agent.folder.status.read_text().replace('"national"', '"another"')
    agent.folder.status.write_text(text)
    assert read_stored(agent.folder).name == "national"


def test_refusals_of_look_and_build_stand_together(agent):
    agent.feed.lists["kmcc"]["other"] = agent.feed.put_list("kmcc", "other", b"two")
    agent.feed.put_list("kmcc", "third", b"three", b"four")
    del agent.feed.segments["lists/kmcc/third-1.seg"]
    agent.feed.publish()
    agent.build.refuse = {"other"}
    status = agent.update()
    assert [one.list for one in status.refused] == ["third", "other"]
    assert [one.name for one in status.lists] == ["first"]
