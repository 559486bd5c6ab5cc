"""What metadata says next."""

from datetime import timedelta

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, hosts
from tuf.api.metadata import Metadata

from garim_feed.errors import FeedError
from garim_feed.publish import authorities, metadata, people, staging
from garim_feed.wire.description import Authority


def test_the_root_names_people_and_the_online_key(office):
    root = metadata.next_root(office.workspace, 1)
    keys = {signer.public_key.keyid for signer in office.signers.values()}
    assert set(root.roles["root"].keyids) == set(root.roles["targets"].keyids) == keys
    assert root.roles["snapshot"].keyids == root.roles["timestamp"].keyids
    assert not keys & set(root.roles["snapshot"].keyids)
    assert root.consistent_snapshot
    assert root.roles["root"].threshold == 2
    assert metadata.same_root(root, metadata.next_root(office.workspace, 2))
    people.remove_person(office.workspace, KIM, PARK)
    assert not metadata.same_root(root, metadata.next_root(office.workspace, 2))


def test_delegations_are_bound_to_their_paths(office):
    other = Authority(slug="school", name="School", uri="", appeal="")
    authorities.add_authority(office.workspace, KIM, other, [LEE, PARK])
    found = metadata.next_delegations(office.workspace)
    assert {name: role.paths for name, role in found.roles.items()} == {
        "kcsc": ["lists/kcsc/*"],
        "kcsc-revoke": ["revoked/kcsc/*"],
        "school": ["lists/school/*"],
        "school-revoke": ["revoked/school/*"],
    }
    assert all(role.terminating for role in found.roles.values())
    assert [role.threshold for role in found.roles.values()] == [2, 1, 2, 1]
    assert office.signers[KIM].public_key.keyid not in found.roles["school"].keyids
    assert not found.roles["kcsc"].is_delegated_path("lists/school/a.seg")


@pytest.mark.parametrize(
    ("role", "days", "soon"),
    [
        ("kcsc", 60, False),
        ("kcsc", 68, True),
        ("snapshot", 3, False),
        ("snapshot", 4, True),
        ("timestamp", 0.4, False),
        ("timestamp", 0.6, True),
        ("root", 270, False),
        ("root", 280, True),
        ("kcsc-revoke", 20, False),
        ("kcsc-revoke", 23, True),
    ],
)
def test_the_end_is_near(office, role, days, soon):
    office.publish()
    office.pass_time(days=days)
    signed = metadata.in_force(office.workspace, role).signed
    assert metadata.ends_soon(office.workspace, role, signed) is soon


def test_published_staged_and_upcoming(office):
    assert metadata.published(office.workspace, "kcsc") is None
    assert metadata.roots(office.workspace) == {}
    with pytest.raises(FeedError, match="not published yet"):
        metadata.in_force(office.workspace, "kcsc")
    office.publish()
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    one = metadata.published(office.workspace, "kcsc")
    two = metadata.waiting(office.workspace, "kcsc")
    assert (one.signed.version, two.signed.version) == (1, 2)
    assert metadata.upcoming(office.workspace, "kcsc") == two
    assert metadata.waiting(office.workspace, "root") is None
    assert metadata.upcoming(office.workspace, "root").signed.version == 1


def test_what_is_published_is_what_is_in_the_folder(office):
    office.publish()
    files = metadata.published_files(office.workspace)
    for role, (version, data) in files.items():
        name = "timestamp.json" if role == "timestamp" else f"{version}.{role}.json"
        assert (office.site / "metadata" / name).read_bytes() == data
        assert metadata.written(Metadata.from_bytes(data)) == data


def test_metadata_holds_for_its_days(office):
    office.publish()
    for role, days in {"root": 365, "kcsc": 90, "kcsc-revoke": 30, "timestamp": 1}.items():
        expires = office.metadata(role).signed.expires
        assert expires == office.time + timedelta(days=days)
