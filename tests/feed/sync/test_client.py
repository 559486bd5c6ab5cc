"""What one look asks for, and what the next may skip."""

from datetime import UTC, datetime, timedelta

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import DAY, FeedSimulator
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Targets

from garim_feed.sync import client, record
from garim_feed.sync.record import read_polled
from garim_feed.sync.source import SourceError, Trouble
from garim_feed.sync.verified import PUBLISHED

TIMESTAMP = ["metadata/timestamp.json"]


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return feed


@pytest.fixture
def agent(tmp_path, feed):
    agent = Agent(tmp_path, feed)
    agent.look()
    agent.server.took()
    return agent


def later(agent, **change):
    """Change what the last look left, as if time had gone by."""
    polled = read_polled(agent.folder)
    assert polled is not None
    record.write(agent.folder.polled, polled.model_copy(update=change))


def test_the_first_look_asks_for_everything_once(tmp_path, feed):
    agent = Agent(tmp_path, feed)
    agent.look()
    asked = agent.server.took()
    assert len(asked) == len(set(asked)) == 9
    assert asked[:2] == ["metadata/timestamp.json", "metadata/2.root.json"]


def test_an_idle_look_asks_only_whether_the_timestamp_changed(agent):
    """Each look of these tests starts from nothing but what is on the disk, as after a restart."""
    status = agent.look()
    assert agent.server.took() == TIMESTAMP
    assert agent.server.headers[-1]["If-None-Match"]
    assert status.received == 0
    assert status.problem is None


def test_without_validators_the_same_bytes_are_as_good(tmp_path, feed):
    agent = Agent(tmp_path, feed)
    agent.server.etags = False
    agent.look()
    agent.server.took()
    assert agent.look().received == len(feed.files["metadata/timestamp.json"])
    assert agent.server.took() == TIMESTAMP
    # As soon as the server gives one it is used.
    agent.server.etags = True
    agent.look()
    assert agent.look().received == 0
    assert agent.server.took() == TIMESTAMP * 2


def test_a_change_costs_what_changed(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    agent.look()
    asked = agent.server.took()
    assert asked[:2] == ["metadata/timestamp.json", "metadata/2.root.json"]
    assert sum(path.endswith(".seg") for path in asked) == 1
    assert not any(path.endswith("feed.json") for path in asked)


@pytest.mark.parametrize(
    "change",
    [
        {"looked": datetime.now(UTC) - timedelta(hours=2)},
        {"until": datetime.now(UTC) - timedelta(hours=2)},
        {"timestamp": ""},
        {"offer": "0" * 64},
    ],
    ids=["an hour", "run out", "missing", "damaged"],
)
def test_when_everything_is_asked_for_again(agent, change):
    later(agent, **change)
    agent.look()
    # Only what is not here: whether there is a newer root.
    assert agent.server.took() == ["metadata/timestamp.json", "metadata/2.root.json"]
    assert "If-None-Match" not in agent.server.headers[-2]
    agent.look()
    assert agent.server.took() == TIMESTAMP


def test_a_damaged_offer_is_mended(agent):
    before = agent.offer
    agent.folder.offered.write_bytes(b"{")
    agent.look()
    assert agent.offer == before


def test_a_lost_segment_is_fetched_again(agent, feed):
    for place in agent.folder.segments.iterdir():
        place.unlink()
    later(agent, timestamp="")
    agent.look()
    assert sum(path.endswith(".seg") for path in agent.server.took()) == 1


def test_damaged_metadata_is_fetched_again(agent, feed):
    for place in agent.folder.metadata.glob("*.json"):
        place.write_bytes(b"damaged")
    later(agent, timestamp="")
    assert agent.look().problem is None
    assert "metadata/3.snapshot.json" in agent.server.took()


def test_what_a_kill_left_of_metadata_is_cleared_away(agent, feed):
    (agent.folder.metadata / "tmp1a2b3c").write_bytes(b"half")
    (agent.folder.metadata / "tmp-role.json").write_bytes(b"{}")
    feed.publish()
    agent.look()
    left = {place.name for place in agent.folder.metadata.glob("tmp*")}
    assert left == {"tmp-role.json"}


def test_the_same_timestamp_stays_as_old_as_it_is(agent):
    published = agent.look().published
    for _ in range(2):
        later(agent, looked=datetime.now(UTC) - timedelta(hours=2))
        assert agent.look().published == published


def test_a_long_lived_timestamp_is_as_young_as_when_it_was_first_seen(tmp_path, feed):
    feed.ends["timestamp"] = timedelta(days=300)
    feed.publish()
    agent = Agent(tmp_path, feed)
    first = agent.look().published
    assert first is not None
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)
    later(agent, looked=datetime.now(UTC) - timedelta(hours=2))
    assert agent.look().published == first


def test_a_timestamp_that_says_when_it_was_made(agent, feed):
    made = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    feed.timestamp.unrecognized_fields[PUBLISHED] = made.isoformat()
    feed.publish()
    assert agent.look().published == made


def test_a_date_after_the_timestamp_s_own_end_says_nothing_of_the_clock(agent, feed):
    manifest = feed.lists["kmcc"]["first"]
    far = datetime(2400, 1, 1, tzinfo=UTC)
    feed.lists["kmcc"]["first"] = manifest.model_copy(update={"published": far, "version": 2})
    feed.publish()
    status = agent.look()
    assert status.clock is None
    assert agent.offer.lists[0].manifest.version == 2


def test_what_came_before_the_network_broke_counts(agent, feed):
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()

    def breaking(path, _headers):
        if path.endswith(".seg"):
            raise SourceError(Trouble.UNREACHABLE)

    agent.server.hook = breaking
    status = agent.look()
    assert "cannot be reached" in str(status.problem)
    assert agent.offer.revoked == {"kmcc": (("first", "host-0000000000000001"),)}
    assert agent.offer.lists[0].manifest.version == 1
    agent.server.hook = lambda _path, _headers: None
    assert agent.look().problem is None
    assert agent.offer.lists[0].manifest.version == 2


def test_delegations_are_not_followed_for_ever(agent, feed):
    """A chain of roles that delegate on costs a few small files, whoever signed it."""
    parent = feed.roles["kmcc"]
    parent.targets = {}
    signer = CryptoSigner.generate_ed25519()
    keyid = signer.public_key.keyid
    feed.bump("kmcc", parent)
    for number in range(20):
        name = f"deep-{number}"
        delegated = DelegatedRole(name, [keyid], 1, terminating=True, paths=["lists/kmcc/*"])
        parent.delegations = Delegations({keyid: signer.public_key}, {name: delegated})
        parent = Targets(expires=feed.now() + DAY)
        feed.roles[name], feed.signers[name] = parent, [signer]
        feed.bump(name, parent)
    feed.snapshot.version += 1
    feed.timestamp.version += 1
    for role in ("kmcc", "snapshot", "timestamp"):
        feed.write(role)
    for number in range(20):
        metadata = Metadata(feed.roles[f"deep-{number}"])
        metadata.sign(signer)
        path = f"metadata/{metadata.signed.version}.deep-{number}.json"
        feed.files[path] = metadata.to_bytes()
    assert agent.look().problem is None
    assert sum("deep-" in path for path in agent.server.took()) == client.MAX_DELEGATIONS - 1
    assert agent.offer.lists == ()
