"""The moment of publishing."""

from datetime import datetime, timedelta

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, hosts
from tuf.api.metadata import Metadata

from garim_feed.errors import FeedError
from garim_feed.publish import people, publishing, revoking, roles, staging
from garim_feed.publish.online import online_key
from garim_feed.publish.releasing import release, renew


def test_nothing_is_released_without_its_signatures(office):
    staging.stage(office.workspace, KIM)
    office.sign(KIM)
    with pytest.raises(FeedError, match=r"root lacks 1 signatures.*Lee, Park"):
        release(office.workspace)
    assert office.workspace.row("SELECT count(*) FROM metadata")[0] == 0


def test_snapshot_and_timestamp_name_what_there_is(office):
    office.change(hosts(1))
    office.publish()
    snapshot, timestamp = office.metadata("snapshot"), office.metadata("timestamp")
    assert set(snapshot.signed.meta) == {"targets.json", "kcsc.json", "kcsc-revoke.json"}
    place = office.site / "metadata"
    for name, meta in snapshot.signed.meta.items():
        meta.verify_length_and_hashes((place / f"{meta.version}.{name}").read_bytes())
    timestamp.signed.snapshot_meta.verify_length_and_hashes(
        (place / "1.snapshot.json").read_bytes()
    )
    assert datetime.fromisoformat(timestamp.signed.unrecognized_fields["published"]) == office.time
    assert timestamp.signed.expires == office.time + timedelta(days=1)


def test_versions_go_up_one_by_one(office):
    for number in range(1, 4):
        office.change(hosts(number))
        made = office.publish()
        assert made.lists == {"sites": number}
        assert (made.snapshot, made.timestamp) == (number, number)
        assert office.metadata("kcsc").signed.version == number
        assert office.metadata("kcsc-revoke").signed.version == 1


@pytest.mark.parametrize(
    ("days", "snapshot", "timestamp"), [(0.4, 1, 1), (0.6, 1, 2), (3, 1, 2), (4, 2, 2)]
)
def test_online_roles_are_renewed_when_half_their_time_is_gone(office, days, snapshot, timestamp):
    office.publish()
    office.pass_time(days=days)
    with office.workspace.changing():
        assert renew(office.workspace, changed=False) is (timestamp > 1)
    publishing.refresh(office.workspace, office.site)
    assert office.metadata("snapshot").signed.version == snapshot
    assert office.metadata("timestamp").signed.version == timestamp


def test_a_new_online_key_signs_together_with_the_old_one_once(office):
    office.publish()
    old = online_key(office.workspace)
    people.replace_online_key(office.workspace, KIM)
    new = online_key(office.workspace)
    office.publish()
    assert set(office.metadata("timestamp").signatures) == {old.keyid, new.keyid}
    root = Metadata.from_file(str(office.site / "metadata" / "2.root.json")).signed
    assert root.roles["timestamp"].keyids == [new.keyid]


def test_an_old_online_key_that_is_gone_is_not_missed_but_the_new_one_is(office):
    office.publish()
    people.replace_online_key(office.workspace, KIM)
    old, new = (
        office.workspace.keys / f"online-{keyid[:16]}.pem"
        for keyid in (
            office.metadata("root").signed.roles["timestamp"].keyids[0],
            online_key(office.workspace).keyid,
        )
    )
    old.unlink()
    office.publish()
    office.pass_time(days=5)
    new.unlink()
    with pytest.raises(FeedError, match="online key"):
        publishing.refresh(office.workspace, office.site)


def test_a_release_that_fails_is_none(office):
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)
    for file in office.workspace.keys.iterdir():
        file.unlink()
    with pytest.raises(FeedError, match="online key"):
        publishing.publish(office.workspace, KIM, office.site)
    assert office.workspace.row("SELECT count(*) FROM metadata")[0] == 0
    assert staging.staged(office.workspace).complete


def test_what_ran_out_since_it_was_staged_is_not_released(office):
    office.publish()
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)
    office.pass_time(days=40)
    with pytest.raises(FeedError, match="kcsc-revoke has run out"):
        publishing.publish(office.workspace, KIM, office.site)
    office.publish()


def test_a_revocation_by_somebody_whom_the_stage_lets_go_is_not_released_unsigned(office):
    office.change(hosts(1))
    office.publish()
    roles.set_role(office.workspace, KIM, "kcsc", people=[LEE, PARK])
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE, PARK)
    roles.set_role(office.workspace, KIM, "kcsc", people=[KIM, LEE, PARK])
    revoking.revoke_now(
        office.workspace, KIM, "sites", [office.entry(hosts(1)[0])],
        reason="r", signer=office.signers[KIM], folder=office.site,
    )  # fmt: skip
    with pytest.raises(FeedError, match="kcsc-revoke has run out, or was signed by other"):
        publishing.publish(office.workspace, KIM, office.site)
    office.publish()
    assert office.metadata("kcsc-revoke").signed.version == 3
