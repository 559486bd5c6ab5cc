"""How the feed stands."""

from tests.feed.publish.office import KIM, LEE, hosts

from garim_feed.kinds import Kind
from garim_feed.publish import drafts, revoking, staging
from garim_feed.publish.drafts import Draft
from garim_feed.publish.status import status
from garim_feed.sync.trust import inspect


def test_before_the_first_publish(office):
    office.change(hosts(1, 2))
    found = status(office.workspace)
    assert (found.feed, found.root_fingerprint, found.roles, found.stage) == ("korea", "", (), None)
    (one,) = found.lists
    assert (one.entries, one.changed, one.segments) == ({Kind.HOST: 2}, 2, 0)


def test_everything_that_waits_is_told(office):
    office.change(hosts(1, 2))
    office.publish()
    office.change(hosts(3), remove=hosts(1))
    revoking.revoke_now(
        office.workspace, KIM, "sites", [office.entry(hosts(2)[0])],
        reason="r", signer=office.signers[KIM], folder=office.site,
    )  # fmt: skip
    number = office.propose(hosts(4))
    drafts.add(office.workspace, LEE, "sites", hosts(5, 6))
    found = status(office.workspace)
    (one,) = found.lists
    assert (one.entries, one.changed, one.segments) == ({Kind.HOST: 1}, 3, 1)
    assert found.drafts == (Draft("sites", LEE, 2, 0),)
    assert [proposal.number for proposal in found.proposals] == [number]
    assert found.revocations == 1
    assert found.audit > 5
    assert found.stage is None
    staging.stage(office.workspace, KIM)
    assert [role.role for role in status(office.workspace).stage.roles] == ["kcsc", "kcsc-revoke"]


def test_roles_near_their_end_are_marked(office):
    office.publish()
    assert not any(role.ends_soon for role in status(office.workspace).roles)
    office.pass_time(days=25)
    soon = {role.role for role in status(office.workspace).roles if role.ends_soon}
    assert soon == {"kcsc-revoke", "snapshot", "timestamp"}


def test_the_fingerprint_is_the_one_that_agents_show(office):
    office.publish()
    first = (office.site / "metadata" / "1.root.json").read_bytes()
    assert status(office.workspace).root_fingerprint == inspect(first).fingerprint
