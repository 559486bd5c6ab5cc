"""What one authority has, when all is well; `test_attacks_roles.py` has what is not."""

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator, sha256

ENTRY = "host-0000000000000001"


@pytest.fixture
def feed():
    return FeedSimulator("kmcc", "school")


@pytest.fixture
def agent(tmp_path, feed):
    return Agent(tmp_path, feed)


def test_an_authority_without_lists_has_none(agent):
    status = agent.update()
    assert (status.problem, status.refused, status.lists) == (None, (), ())


def test_lists_with_their_segments_and_revocations(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.put_list("kmcc", "second")
    feed.put_list("school", "games", b"play")
    feed.revoke("kmcc", "first", ENTRY)
    feed.publish()
    assert agent.update().refused == ()
    lists = {one.manifest.name: one for one in agent.offer.lists}
    assert lists["first"].segments == (sha256(b"one"), sha256(b"two"))
    assert lists["second"].segments == ()
    assert lists["games"].authority == "school"
    assert agent.revoked("first") == (ENTRY,)


def test_a_list_that_the_catalogue_no_longer_has_is_gone(agent, feed):
    feed.put_list("kmcc", "first", b"one")
    feed.put_list("kmcc", "second", b"two")
    feed.publish()
    agent.update()
    del feed.lists["kmcc"]["first"]
    feed.publish()
    assert agent.update().refused == ()
    assert agent.versions() == {"second": 1}


def test_a_revocation_that_is_taken_back(agent, feed):
    feed.put_list("kmcc", "first", b"one")
    feed.revoke("kmcc", "first", ENTRY)
    feed.publish()
    agent.update()
    feed.revoked["kmcc"].clear()
    feed.publish()
    agent.update()
    assert agent.revoked("first") == ()


def test_a_name_that_is_free_again_may_be_another_s(agent, feed):
    feed.put_list("kmcc", "games", b"one")
    feed.publish()
    agent.update()
    del feed.lists["kmcc"]["games"]
    feed.put_list("school", "games", b"two")
    feed.publish()
    # The name is the first one's as long as its list is in force.
    assert "another's" in str(agent.update().refused[0])
    feed.publish()
    assert agent.update().refused == ()
    assert [one.authority for one in agent.offer.lists] == ["school"]


def test_of_two_newcomers_with_one_name_the_first_of_the_feed_is_taken(agent, feed):
    feed.put_list("school", "games", b"two")
    feed.put_list("kmcc", "games", b"one")
    feed.publish()
    assert "another's" in str(agent.update().refused[0])
    assert [one.authority for one in agent.offer.lists] == ["kmcc"]


def test_only_segments_that_are_lacking_are_fetched(agent, feed):
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    agent.update()
    agent.server.took()
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    agent.update()
    segments = [path for path in agent.server.took() if path.endswith(".seg")]
    assert segments == [f"targets/lists/kmcc/{sha256(b'two')}.first-1.seg"]
