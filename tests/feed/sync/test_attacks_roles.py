"""Keys and roles that say more than they may."""

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import DAY, FeedSimulator
from tests.feed.sync.test_attacks import UNSIGNED, stays
from tuf.api.metadata import DelegatedRole, Delegations

from garim_feed.wire import names
from garim_feed.wire.catalogue import Catalogue, write_catalogue
from garim_feed.wire.revocations import Revocation, Revocations, write_revocations


@pytest.fixture
def feed() -> FeedSimulator:
    feed = FeedSimulator("kmcc", "school")
    feed.put_list("kmcc", "first", b"one")
    feed.put_list("school", "games", b"play")
    feed.publish()
    return feed


@pytest.fixture
def agent(tmp_path, feed) -> Agent:
    agent = Agent(tmp_path, feed)
    agent.update()
    assert agent.versions() == {"first": 1, "games": 1}
    return agent


def republish(feed: FeedSimulator, *roles: str, **signatures: int) -> None:
    """Publish roles as they are now, without making their documents anew."""
    for role in roles:
        feed.bump(role, feed.signed(role))
    feed.snapshot.version += 1
    feed.timestamp.version += 1
    for role in (*roles, "snapshot", "timestamp"):
        feed.write(role, signatures.get(role.replace("-", "_")))


def one_problem(agent: Agent, words: str) -> None:
    """Look again: the feed is well, one thing was refused with these words."""
    status = agent.update()
    assert status.problem is None
    assert [words in str(one) for one in status.refused] == [True]


# Keys


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_arbitrary_key(agent, feed, role):
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.signers[role] = [CryptoSigner.generate_ed25519() for _ in feed.signers[role]]
    feed.publish()
    stays(agent, UNSIGNED)


def test_arbitrary_key_of_an_authority(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.signers["kmcc"] = [CryptoSigner.generate_ed25519() for _ in range(3)]
    feed.publish()
    one_problem(agent, UNSIGNED)
    assert agent.versions() == {"first": 1, "games": 1}


def test_threshold_of_root_not_met(agent, feed):
    feed.new_root(lambda: None, old=1, new=0)
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    stays(agent, UNSIGNED)


def test_threshold_of_targets_not_met(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish(targets=1)
    stays(agent, UNSIGNED)


def test_threshold_of_an_authority_not_met(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.put_list("school", "games", b"play", b"more")
    feed.publish(kmcc=1)
    one_problem(agent, UNSIGNED)
    # One authority's failure is not another's.
    assert agent.versions() == {"first": 1, "games": 2}


def test_one_key_twice_is_one_signature(agent, feed):
    """The same public key under two ids does not make two signers."""
    signer = feed.signers["kmcc"][0]
    key = signer.public_key
    twin = type(key)("f" * 64, key.keytype, key.scheme, dict(key.keyval))
    delegations = feed.targets.delegations
    assert delegations is not None
    assert delegations.roles is not None
    delegations.keys[twin.keyid] = twin
    delegations.roles["kmcc"].keyids = [key.keyid, twin.keyid]
    feed.signers["kmcc"] = [signer, CryptoSigner(signer._private_key, twin)]
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    one_problem(agent, UNSIGNED)
    assert agent.versions() == {"first": 1, "games": 1}


# Paths


def test_delegation_path_escape(agent, feed):
    """An authority lists the feed's own description and another's catalogue: nobody asks it."""
    role = feed.roles["kmcc"]
    other = Catalogue(format=1, authority="school", lists=())
    feed.put_target(role, names.catalogue_path("school"), write_catalogue(other))
    feed.put_target(role, names.FEED, b"{}")
    feed.put_target(role, "../../escape", b"{}")
    republish(feed, "kmcc")
    status = agent.update()
    assert status.problem is None
    assert status.refused == ()
    assert agent.versions() == {"first": 1, "games": 1}


def test_authority_signs_another_s_lists_in_its_own_catalogue(agent, feed):
    """A's catalogue says that it is B's."""
    role = feed.roles["kmcc"]
    lists = tuple(feed.lists["school"].values())
    other = Catalogue(format=1, authority="school", lists=lists)
    feed.put_target(role, names.catalogue_path("kmcc"), write_catalogue(other))
    republish(feed, "kmcc")
    one_problem(agent, "speaks for school")
    assert agent.versions() == {"first": 1, "games": 1}


def test_authority_takes_the_name_of_another_s_list(agent, feed):
    feed.put_list("kmcc", "games", b"mine", entries=1)
    feed.publish()
    one_problem(agent, "with the name of another's")
    assert agent.versions() == {"first": 1, "games": 1}
    assert {one.authority for one in agent.update().lists if one.name == "games"} == {"school"}


def test_authority_hands_its_power_on_to_a_single_key(agent, feed):
    """What an authority's role delegates further does not count."""
    role = feed.roles["kmcc"]
    single = CryptoSigner.generate_ed25519()
    role.delegations = Delegations(
        {single.public_key.keyid: single.public_key},
        {
            "deputy": DelegatedRole(
                "deputy", [single.public_key.keyid], 1, terminating=True, paths=["lists/kmcc/*"]
            )
        },
    )
    feed.roles["deputy"] = type(role)(expires=feed.now() + DAY)
    feed.signers["deputy"] = [single]
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.fill_authority("kmcc")
    feed.roles["deputy"].targets, role.targets = role.targets, {}
    assert feed.targets.delegations is not None
    for name in ("kmcc", "deputy"):
        feed.bump(name, feed.roles[name])
    feed.snapshot.version += 1
    feed.timestamp.version += 1
    feed.write("kmcc")
    feed.files[f"metadata/{feed.roles['deputy'].version}.deputy.json"] = _signed(feed, single)
    feed.write("snapshot")
    feed.write("timestamp")
    status = agent.update()
    # The authority itself lists nothing any more: that is its own word.
    assert status.problem is None
    assert agent.versions() == {"games": 1}


def _signed(feed: FeedSimulator, signer: CryptoSigner) -> bytes:
    from tuf.api.metadata import Metadata

    metadata = Metadata(feed.roles["deputy"])
    metadata.sign(signer)
    return metadata.to_bytes()


def test_a_role_that_stands_before_an_authority(agent, feed):
    """Another delegation of the same paths does not speak for the authority."""
    feed.delegate("aaa", "lists/*/*", keys=1)
    assert feed.targets.delegations is not None
    roles = feed.targets.delegations.roles
    assert roles is not None
    feed.targets.delegations.roles = {"aaa": roles.pop("aaa"), **roles}
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.fill_authority("kmcc")
    feed.roles["aaa"].targets = dict(feed.roles["kmcc"].targets)
    feed.publish()
    status = agent.update()
    assert all("older state" in str(one) for one in status.refused)
    assert agent.versions() == {"first": 1, "games": 1}


# The fast lane


def test_revocation_role_signs_a_list(agent, feed):
    role = feed.roles["kmcc-revoke"]
    feed.put_list("kmcc", "first", b"one", b"two")
    catalogue = Catalogue(format=1, authority="kmcc", lists=tuple(feed.lists["kmcc"].values()))
    feed.put_target(role, names.catalogue_path("kmcc"), write_catalogue(catalogue))
    feed.put_target(role, names.segment_path("kmcc", "first-1.seg"), b"two")
    republish(feed, "kmcc-revoke")
    status = agent.update()
    assert status.problem is None
    assert agent.versions() == {"first": 1, "games": 1}


def test_revocation_role_adds_entries(agent, feed):
    """There is no way to say it: a document with anything more is not one."""
    role = feed.roles["kmcc-revoke"]
    path = names.revocations_path("kmcc")
    data = b'{"format":1,"authority":"kmcc","entries":[],"added":["host-0000000000000001"]}'
    feed.put_target(role, path, data)
    republish(feed, "kmcc-revoke")
    one_problem(agent, "not valid")


def test_revocation_role_takes_away_from_another_s_list(agent, feed):
    feed.revoke("kmcc", "games", "host-0000000000000001")
    feed.publish()
    agent.update()
    assert agent.revoked("games") == ()


def test_revocations_that_speak_for_another(agent, feed):
    other = Revocations(format=1, authority="school", entries=())
    feed.put_target(
        feed.roles["kmcc-revoke"], names.revocations_path("kmcc"), write_revocations(other)
    )
    republish(feed, "kmcc-revoke")
    one_problem(agent, "speaks for school")


def test_too_many_revocations(agent, feed):
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.publish()
    agent.update()
    feed.revoked["kmcc"] = [
        Revocation(list="first", entry=f"host-{number:016x}", at=feed.now())
        for number in range(10_001)
    ]
    path = names.revocations_path("kmcc")
    many = Revocations.model_construct(
        format=1, authority="kmcc", entries=tuple(feed.revoked["kmcc"])
    )
    feed.put_target(feed.roles["kmcc-revoke"], path, write_revocations(many))
    republish(feed, "kmcc-revoke")
    one_problem(agent, "not valid")
    assert agent.revoked("first") == ("host-0000000000000001",)


def test_revocations_count_though_the_list_is_refused(agent, feed):
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish(kmcc=0)
    one_problem(agent, UNSIGNED)
    assert agent.versions() == {"first": 1, "games": 1}
    assert agent.revoked("first") == ("host-0000000000000001",)


# Growth


def test_growth_needs_one_signature_more(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two", entries=20_000)
    feed.publish()
    one_problem(agent, "would grow by 19990 entries")
    assert agent.versions() == {"first": 1, "games": 1}
    feed.publish(kmcc=3)
    assert agent.update().refused == ()
    assert agent.versions() == {"first": 2, "games": 1}


def test_a_forged_signature_does_not_count_for_growth(agent, feed):
    feed.put_list("kmcc", "first", b"one", b"two", entries=20_000)
    feed.signers["kmcc"][2] = CryptoSigner.generate_ed25519()
    feed.publish(kmcc=3)
    one_problem(agent, "has 2")
    assert agent.versions() == {"first": 1, "games": 1}


def test_who_leaves_the_feed_takes_its_lists_along(agent, feed):
    kept = tuple(one for one in feed.description.authorities if one.slug != "school")
    feed.description = feed.description.model_copy(update={"authorities": kept})
    feed.publish()
    assert agent.update().refused == ()
    assert agent.versions() == {"first": 1}


def test_who_is_not_delegated_to_any_more_has_no_lists(agent, feed):
    assert feed.targets.delegations is not None
    assert feed.targets.delegations.roles is not None
    del feed.targets.delegations.roles["school"]
    republish(feed, "targets")
    agent.update()
    assert agent.versions() == {"first": 1}


@pytest.mark.parametrize("bad", [b"", b"{}", b"other"], ids=["empty", "nothing", "another's"])
def test_one_bad_answer_costs_one_look(agent, feed, bad):
    """Metadata that was bent once, on the way, is asked for again though nothing new is signed."""
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    path = f"metadata/{feed.roles['kmcc'].version}.kmcc.json"
    good = feed.files[path]
    other = feed.files[f"metadata/{feed.roles['school'].version}.school.json"]
    feed.files[path] = other if bad == b"other" else bad
    assert agent.update().refused
    feed.files[path] = good
    assert agent.update().refused == ()
    assert agent.versions() == {"first": 2, "games": 1}
