"""What somebody on the way, or with some of the keys, would try: one test each.

Whatever is tried, the lists that are in force stay, and one sentence says what happened.
`test_attacks_hostile_files.py` has what is wrong with files, `test_attacks_roles.py` what is wrong
with who signed.
"""

from datetime import UTC, datetime, timedelta

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import DAY, FeedSimulator

from garim_feed.sync.freshness import Freshness
from garim_feed.sync.source import Reply, SourceError, Trouble

OLDER = "offers an older state"
EXPIRED = "has run out"
UNSIGNED = "not signed by enough"


@pytest.fixture
def feed() -> FeedSimulator:
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return feed


@pytest.fixture
def agent(tmp_path, feed) -> Agent:
    """A machine on which version 1 of the list `first` is in force."""
    agent = Agent(tmp_path, feed)
    assert agent.update().problem is None
    assert agent.versions() == {"first": 1}
    return agent


def stays(agent: Agent, words: str) -> None:
    """Look again: the list stays, and the sentence has these words."""
    before = agent.versions()
    status = agent.update()
    assert words in str(status.problem)
    assert status.failures > 0
    assert agent.versions() == before != {}


def next_list(feed: FeedSimulator) -> None:
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()


# Rollback


@pytest.mark.parametrize("older", [1, 2])
def test_rollback_of_root(agent, feed, older):
    feed.new_root(lambda: feed.new_keys("timestamp", 1))
    next_list(feed)
    assert agent.update().versions["root"] == 2
    feed.files["metadata/3.root.json"] = feed.files[f"metadata/{older}.root.json"]
    feed.publish()
    stays(agent, OLDER)


def test_rollback_of_timestamp(agent, feed):
    old = feed.files["metadata/timestamp.json"]
    next_list(feed)
    agent.update()
    assert agent.versions() == {"first": 2}
    feed.files["metadata/timestamp.json"] = old
    stays(agent, OLDER)
    assert agent.versions() == {"first": 2}


def test_rollback_of_snapshot(agent, feed):
    next_list(feed)
    agent.update()
    feed.snapshot.version -= 1
    feed.write("snapshot")
    feed.timestamp.version += 1
    feed.write("timestamp")
    stays(agent, OLDER)


@pytest.mark.parametrize("role", ["targets", "kmcc", "kmcc-revoke"])
def test_rollback_of_what_a_snapshot_names(agent, feed, role):
    next_list(feed)
    agent.update()
    feed.snapshot.meta[f"{role}.json"].version -= 1
    for each in ("snapshot", "timestamp"):
        feed.signed(each).version += 1
        feed.write(each)
    stays(agent, OLDER)
    assert agent.versions() == {"first": 2}


def test_a_role_is_taken_out_of_the_snapshot(agent, feed):
    del feed.snapshot.meta["kmcc.json"]
    for each in ("snapshot", "timestamp"):
        feed.signed(each).version += 1
        feed.write(each)
    stays(agent, "not put together")


# Freeze


def test_freeze_by_replay_is_seen_when_the_timestamp_runs_out(agent, feed):
    status = agent.update()
    assert status.freshness(datetime.now(UTC)) is Freshness.FRESH
    later = datetime.now(UTC) + timedelta(hours=25)
    assert status.freshness(later) is Freshness.STALE
    assert status.freshness(later + 7 * DAY) is Freshness.OVERDUE


def test_freeze_by_unchanged_answers_makes_nothing_younger(agent, feed):
    published = agent.update().published
    agent.server.hook = lambda _path, _headers: Reply(304, {}, iter(()))
    status = agent.update()
    assert status.problem is None
    assert status.published == published


def test_freeze_by_unchanged_answers_ends_with_what_is_trusted(tmp_path):
    feed = FeedSimulator("kmcc")
    feed.ends["timestamp"] = timedelta(seconds=2)
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    agent = Agent(tmp_path, feed)
    agent.update()
    polled = agent.folder.polled
    # Two seconds later, without waiting for them.
    text = polled.read_text()
    until = feed.timestamp.expires.isoformat().replace("+00:00", "Z")
    assert until in text
    polled.write_text(text.replace(f'"until": "{until}"', '"until": "2020-01-01T00:00:00Z"'))
    agent.server.hook = lambda _path, headers: Reply(304, {}, iter(()))
    stays(agent, "came incomplete")
    assert "If-None-Match" not in agent.server.headers[-1]


def test_freeze_at_an_expired_timestamp(agent, feed):
    feed.ends["timestamp"] = -DAY
    feed.publish()
    stays(agent, EXPIRED)


# Fast-forward and the way back


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_fast_forward_is_recovered_from_with_new_keys(agent, feed, role):
    # With the stolen online key versions are driven up, so that honest ones look old.
    honest = feed.signed(role).version
    feed.signed(role).version = 2**31
    feed.publish()
    agent.update()
    feed.signed(role).version = honest + 1
    feed.write("snapshot")
    feed.timestamp.version += 1
    feed.write("timestamp")
    stays(agent, OLDER)
    # New keys for it in the next root: what the old ones signed is forgotten.
    feed.new_root(lambda: feed.new_keys(role, 1))
    if role == "snapshot":
        # A version of the snapshot is remembered by the timestamp too.
        feed.new_root(lambda: feed.new_keys("timestamp", 1))
    next_list(feed)
    status = agent.update()
    assert status.problem is None
    assert agent.versions() == {"first": 2}
    assert status.versions[role] < 2**31


# Mix and match


def test_mix_and_match_targets_of_another_snapshot(agent, feed):
    old = feed.files[f"metadata/{feed.targets.version}.targets.json"]
    next_list(feed)
    feed.files[f"metadata/{feed.targets.version}.targets.json"] = old
    stays(agent, OLDER)


def test_mix_and_match_a_list_of_another_snapshot(agent, feed):
    old = feed.files[f"metadata/{feed.roles['kmcc'].version}.kmcc.json"]
    next_list(feed)
    feed.files[f"metadata/{feed.roles['kmcc'].version}.kmcc.json"] = old
    status = agent.update()
    assert [OLDER in str(one) for one in status.refused] == [True]
    assert agent.versions() == {"first": 1}


def test_mix_and_match_a_snapshot_of_another_timestamp(agent, feed):
    old = feed.files[f"metadata/{feed.snapshot.version}.snapshot.json"]
    next_list(feed)
    feed.files[f"metadata/{feed.snapshot.version}.snapshot.json"] = old
    stays(agent, OLDER)


# Ends


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_expired(agent, feed, role):
    feed.ends[role] = -DAY
    next_list(feed)
    stays(agent, EXPIRED)


def test_expired_root(agent, feed):
    feed.ends["root"] = -DAY
    feed.new_root(lambda: None)
    next_list(feed)
    stays(agent, EXPIRED)
    # A newer root that has not run out mends it.
    feed.ends["root"] = DAY
    feed.new_root(lambda: None)
    assert agent.update().problem is None
    assert agent.versions() == {"first": 2}


@pytest.mark.parametrize("role", ["kmcc", "kmcc-revoke"])
def test_expired_authority(agent, feed, role):
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.publish()
    agent.update()
    assert agent.revoked("first") == ("host-0000000000000001",)
    feed.ends[role] = -DAY
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.revoked["kmcc"].clear()
    feed.publish()
    status = agent.update()
    assert status.problem is None
    assert [EXPIRED in str(one) for one in status.refused] == [True]
    # What has run out stays as it was; the other role's word counts.
    assert agent.versions() == {"first": 1 if role == "kmcc" else 2}
    assert bool(agent.revoked("first")) == (role == "kmcc-revoke")


# Roots


def test_a_chain_of_new_roots_is_followed(agent, feed):
    for role in ("root", "timestamp", "root", "snapshot", "targets"):
        feed.new_root(lambda role=role: feed.new_keys(role, len(feed.signers[role])))
    next_list(feed)
    assert agent.update().versions["root"] == 6
    assert agent.versions() == {"first": 2}


def test_a_chain_of_roots_with_a_missing_link(agent, feed):
    for _ in range(3):
        feed.new_root(lambda: feed.new_keys("root", 3))
    feed.new_root(lambda: feed.new_keys("timestamp", 1))
    feed.drop_root(3)
    next_list(feed)
    # The chain ends before the gap, where the new timestamp key is not known.
    stays(agent, UNSIGNED)


@pytest.mark.parametrize(("old", "new"), [(2, 0), (0, 2), (1, 1), (2, 1)])
def test_a_new_root_needs_the_old_and_the_new_keys(agent, feed, old, new):
    feed.new_root(lambda: feed.new_keys("root", 3), old=old, new=new)
    next_list(feed)
    stays(agent, UNSIGNED)


# Clock


def test_clock_behind_is_explained(tmp_path):
    feed = FeedSimulator("kmcc", offset=timedelta(hours=40))
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    agent = Agent(tmp_path, feed)
    status = agent.update()
    assert status.problem is None
    assert agent.versions() == {"first": 1}
    assert "40 hours slow" in str(status.clock)


def test_clock_behind_is_known_by_signed_dates_alone(agent, feed):
    feed.offset = timedelta(hours=40)
    next_list(feed)
    agent.server.date = datetime.now(UTC)
    status = agent.update()
    assert "at least 40 hours slow" in str(status.clock)


def test_clock_ahead_is_explained(agent, feed):
    feed.offset = timedelta(hours=-40)
    next_list(feed)
    stays(agent, "40 hours fast")


def test_a_false_date_does_not_make_expired_metadata_good(agent, feed):
    feed.ends["timestamp"] = -DAY
    next_list(feed)
    agent.server.date = datetime.now(UTC) - 2 * DAY
    stays(agent, "48 hours fast")


# Network


def test_offline(agent, feed):
    def offline(_path, _headers):
        raise SourceError(Trouble.NAME, "no such host")

    next_list(feed)
    agent.server.hook = offline
    stays(agent, "is this computer online?")
    agent.server.hook = lambda _path, _headers: None
    assert agent.update().problem is None
    assert agent.versions() == {"first": 2}
