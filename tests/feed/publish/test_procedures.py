"""The guide's procedures, before the eyes of a reader who was there from the start."""

import shutil

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, TITLE, card, hosts
from tests.feed.publish.reader import Reader
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile

from garim_feed.errors import FeedError
from garim_feed.publish import (
    authorities,
    lists,
    people,
    proposals,
    publishing,
    revoking,
    roles,
    signing,
    staging,
)
from garim_feed.publish.key_files import online_signer
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.description import Authority


@pytest.fixture
def running(office):
    """An office that has published, and its reader."""
    office.change(hosts(1))
    office.publish()
    office.reader = Reader(office.folder / "reader", office.site)
    assert office.reader.look() == {"sites": 1}
    return office


def goes_on(office, *names):
    """Publish a change with some people's signatures; the reader must follow."""
    before = office.reader.look()["sites"]
    office.change(hosts(100 + before), by=names[0], and_by=names[1])
    staging.stage(office.workspace, names[0])
    office.sign(*names)
    publishing.publish(office.workspace, names[0], office.site)
    assert office.reader.look()["sites"] == before + 1


def test_planned_rotation_of_a_persons_key(running):
    new = CryptoSigner.generate_ed25519()
    people.replace_key(running.workspace, KIM, card(KIM, new))
    staging.stage(running.workspace, KIM)
    signing.sign(running.workspace, KIM, running.signers[KIM])
    signing.sign(running.workspace, KIM, new)
    running.sign(LEE)
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    running.signers[KIM] = new
    goes_on(running, KIM, LEE)


def test_a_lost_key(running):
    """The key cannot sign: the other two put a new one in its place."""
    del running.signers[KIM]
    new = CryptoSigner.generate_ed25519()
    people.replace_key(running.workspace, LEE, card(KIM, new))
    staging.stage(running.workspace, LEE)
    running.sign(LEE, PARK)
    publishing.publish(running.workspace, LEE, running.site)
    assert running.reader.look() == {"sites": 1}
    running.signers[KIM] = new
    goes_on(running, KIM, LEE)


def test_a_compromised_key_does_not_count_any_more(running):
    stolen = running.signers[KIM]
    new = CryptoSigner.generate_ed25519()
    people.replace_key(running.workspace, LEE, card(KIM, new))
    staging.stage(running.workspace, LEE)
    running.sign(LEE, PARK)
    publishing.publish(running.workspace, LEE, running.site)
    running.signers[KIM] = new
    goes_on(running, KIM, LEE)
    with pytest.raises(FeedError, match="not Kim's"):
        proposals.approve(running.workspace, KIM, running.propose(hosts(7), by=LEE), signer=stolen)
    keys = running.metadata("root").signed.keys
    assert stolen.public_key.keyid not in keys
    running.reader.look()


def test_two_people_leave_at_once(running):
    """The new root lets two of three go: one who goes signs it with one who stays."""
    new = {name: CryptoSigner.generate_ed25519() for name in ("Choi", "Yoon")}
    for name, signer in new.items():
        people.add_person(running.workspace, KIM, card(name, signer), ("root", "targets", "kcsc"))
    for name in (LEE, PARK):
        people.remove_person(running.workspace, KIM, name)
    staging.stage(running.workspace, KIM)
    running.signers |= new
    running.sign(KIM, "Choi")
    with pytest.raises(FeedError, match=r"root lacks 1 signatures; .* Lee, Park"):
        publishing.publish(running.workspace, KIM, running.site)
    assert signing.sign(running.workspace, LEE, running.signers[LEE]) == ("root",)
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    goes_on(running, "Choi", "Yoon")


def test_leaving_people_sign_before_they_are_let_go(running):
    new = {name: CryptoSigner.generate_ed25519() for name in ("Choi", "Yoon")}
    for name, signer in new.items():
        people.add_person(running.workspace, KIM, card(name, signer), ("root", "targets", "kcsc"))
    running.signers |= new
    staging.stage(running.workspace, KIM)
    running.sign(KIM, LEE, "Choi", "Yoon")
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    for name in (LEE, PARK):
        people.remove_person(running.workspace, KIM, name)
    staging.stage(running.workspace, KIM)
    running.sign(KIM, "Choi")
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    goes_on(running, "Choi", "Yoon")


def test_a_new_online_key(running):
    people.replace_online_key(running.workspace, KIM)
    staging.stage(running.workspace, KIM)
    running.sign(KIM, LEE)
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    goes_on(running, KIM, LEE)
    running.pass_time(hours=13)
    publishing.refresh(running.workspace, running.site)
    running.reader.look()


def test_a_compromised_online_key_that_counted_far_ahead(running):
    """The thief signs timestamp and snapshot 1,000,000; a new key lets readers come back."""
    place = running.site / "metadata"
    signer = online_signer(running.workspace.keys, _online(running))
    snapshot, timestamp = running.metadata("snapshot"), running.metadata("timestamp")
    snapshot.signed.version = timestamp.signed.version = 1_000_000
    snapshot.sign(signer)
    timestamp.signed.snapshot_meta = MetaFile(1_000_000)
    timestamp.sign(signer)
    snapshot.to_file(str(place / "1000000.snapshot.json"))
    timestamp.to_file(str(place / "timestamp.json"))
    running.reader.look()
    with pytest.raises(FeedError, match="newer state"):
        publishing.publish(running.workspace, KIM, running.site)
    (place / "timestamp.json").unlink()
    (place / "1000000.snapshot.json").unlink()
    people.replace_online_key(running.workspace, KIM)
    staging.stage(running.workspace, KIM)
    running.sign(KIM, LEE)
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    goes_on(running, KIM, LEE)


def _online(office):
    root = office.metadata("root").signed
    return root.keys[root.roles["timestamp"].keyids[0]]


def test_a_higher_threshold(running):
    for role in ("root", "targets", "kcsc"):
        roles.set_role(running.workspace, KIM, role, threshold=3)
    staging.stage(running.workspace, KIM)
    running.sign(KIM, LEE)
    with pytest.raises(FeedError, match="Park"):
        publishing.publish(running.workspace, KIM, running.site)
    running.sign(PARK)
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1}
    goes_on(running, KIM, LEE, PARK)


def test_another_authority_with_keys_of_its_own(running):
    new = {name: CryptoSigner.generate_ed25519() for name in ("Choi", "Yoon", "Han")}
    for name, signer in new.items():
        people.add_person(running.workspace, KIM, card(name, signer), ())
    running.signers |= new
    school = Authority(slug="school", name="School", uri="", appeal="")
    authorities.add_authority(running.workspace, KIM, school, list(new))
    lists.add_list(running.workspace, "Choi", "school", "local", title=TITLE, category="adult")
    running.change(hosts(5), name="local", by="Choi", and_by="Yoon")
    staging.stage(running.workspace, KIM)
    running.sign(KIM, LEE, "Choi", "Yoon")
    publishing.publish(running.workspace, KIM, running.site)
    assert running.reader.look() == {"sites": 1, "local": 1}
    with pytest.raises(FeedError, match="people of kcsc"):
        running.propose(hosts(6), by="Choi")
    # Its people sign its lists alone, and nobody else's.
    running.change(hosts(6), name="local", by="Choi", and_by="Han")
    made = staging.stage(running.workspace, "Choi")
    assert {role.role: role.can_sign for role in made.roles} == {"school": ("Choi", "Han", "Yoon")}
    with pytest.raises(FeedError, match="counts for nothing"):
        running.sign(KIM)
    running.sign("Choi", "Han")
    publishing.publish(running.workspace, "Choi", running.site)
    assert running.reader.look() == {"sites": 1, "local": 2}
    # One of its keys is lost: targets' people put a new one in, the authority signs anew.
    fresh = CryptoSigner.generate_ed25519()
    people.replace_key(running.workspace, "Choi", card("Han", fresh))
    made = staging.stage(running.workspace, "Choi")
    assert {role.role for role in made.roles} == {"targets", "school"}
    running.sign(KIM, LEE, "Choi", "Yoon")
    publishing.publish(running.workspace, KIM, running.site)
    running.signers["Han"] = fresh
    assert running.reader.look() == {"sites": 1, "local": 2}


def test_a_revocation_reaches_a_reader(running):
    revoking.revoke_now(
        running.workspace, PARK, "sites", [running.entry(hosts(1)[0])],
        reason="wrong", signer=running.signers[PARK], folder=running.site,
    )  # fmt: skip
    assert running.reader.look() == {"sites": 1}
    goes_on(running, KIM, LEE)


def test_an_offline_copy_of_the_folder_is_the_feed(running):
    shutil.copytree(running.site, running.folder / "usb")
    assert Reader(running.folder / "far", running.folder / "usb").look() == {"sites": 1}


def test_a_backup_of_the_workspace_takes_over(running):
    running.workspace.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    running.workspace.close()
    shutil.copytree(running.workspace.root, running.folder / "backup")
    shutil.rmtree(running.workspace.root)
    running.workspace = Workspace.open(running.folder / "backup", lambda: running.time)
    goes_on(running, KIM, LEE)


def test_a_feed_that_nobody_tended_for_a_year_comes_back(running):
    running.pass_time(days=300)
    staging.stage(running.workspace, KIM)
    running.sign(KIM, LEE)
    publishing.publish(running.workspace, KIM, running.site)
    for role in ("root", "targets", "kcsc", "kcsc-revoke", "snapshot", "timestamp"):
        assert running.metadata(role).signed.expires > running.time


def test_a_reader_refuses_what_one_person_signs_alone(running):
    forged = running.metadata("kcsc")
    forged.signed.version += 1
    forged.sign(running.signers[KIM])
    place = running.site / "metadata"
    forged.to_file(str(place / f"{forged.signed.version}.kcsc.json"))
    signer = online_signer(running.workspace.keys, _online(running))
    snapshot, timestamp = running.metadata("snapshot"), running.metadata("timestamp")
    snapshot.signed.version += 1
    snapshot.signed.meta["kcsc.json"] = MetaFile(forged.signed.version)
    snapshot.sign(signer)
    snapshot.to_file(str(place / f"{snapshot.signed.version}.snapshot.json"))
    timestamp.signed.version += 1
    timestamp.signed.snapshot_meta = MetaFile(snapshot.signed.version)
    timestamp.sign(signer)
    timestamp.to_file(str(place / "timestamp.json"))
    assert isinstance(forged, Metadata)
    with pytest.raises(RepositoryError):
        running.reader.look()
