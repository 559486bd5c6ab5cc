"""The audit log: added to, and nothing else."""

import sqlite3

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import audit, proposals, revoking, staging


def test_who_did_what_when(office):
    office.change(hosts(1))
    office.publish()
    number = office.propose(hosts(2))
    proposals.withdraw(office.workspace, LEE, number, "no")
    revoking.revoke_now(
        office.workspace, PARK, "sites", [office.entry(hosts(1)[0])],
        reason="wrong", signer=office.signers[PARK], folder=office.site,
    )  # fmt: skip
    found = list(audit.records(office.workspace))
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    did = [(one.who, one.action) for one in found if one.action != "draft"]
    assert did == [
        (KIM, "init"), (KIM, "list add"), (KIM, "propose"), (LEE, "approve"), (KIM, "stage"),
        (KIM, "sign"), (LEE, "sign"), (KIM, "publish"), (KIM, "propose"), (LEE, "withdraw"),
        (PARK, "revoke"),
    ]  # fmt: skip
    assert {one.at for one in found} == {office.time}
    assert audit.check(office.workspace) == len(found)


def test_no_plain_subject_is_in_it(office):
    office.change(hosts(1))
    office.publish()
    for one in audit.records(office.workspace):
        assert "garim.test" not in str(one.detail)


def test_what_fails_is_not_in_it(office):
    before = audit.check(office.workspace)
    with pytest.raises(FeedError):
        proposals.withdraw(office.workspace, KIM, 99)
    with pytest.raises(FeedError):
        staging.unstage(office.workspace, KIM)
    assert audit.check(office.workspace) == before


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_store_refuses_to_change_it(office, change):
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        office.workspace.store.execute(change)


BENT = {
    "who": ("UPDATE audit SET who = 'Choi' WHERE number = 3", "at entry 3"),
    "what": ("UPDATE audit SET detail = '{}' WHERE number = 4", "at entry 4"),
    "when": ("UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE number = 2", "at entry 2"),
    "one less": ("DELETE FROM audit WHERE number = 3", "at entry 3"),
    "first less": ("DELETE FROM audit WHERE number = 1", "at entry 1"),
    "digest": ("UPDATE audit SET digest = 'x' WHERE number = 5", "at entry 5"),
    "end cut": ("DELETE FROM audit WHERE number > 4", "disagrees with published metadata"),
}


def bend(office, statement):
    """Change the log as somebody with the file in hands would."""
    office.workspace.store.execute("DROP TRIGGER audit_keeps")
    office.workspace.store.execute("DROP TRIGGER audit_stays")
    office.workspace.store.execute(statement)


@pytest.mark.parametrize("what", BENT)
def test_tampering_is_found_out(office, what):
    statement, said = BENT[what]
    office.change(hosts(1))
    office.publish()
    bend(office, statement)
    with pytest.raises(FeedError, match=said):
        audit.check(office.workspace)


def test_a_log_that_was_rewritten_as_a_whole_disagrees_with_what_was_signed(office):
    office.change(hosts(1))
    office.publish()
    rows = [(one.who, one.action) for one in audit.records(office.workspace)]
    bend(office, "DELETE FROM audit")
    for _, action in rows:
        audit.record(office.workspace, "Choi", action)
    with pytest.raises(FeedError, match="disagrees with published metadata"):
        audit.check(office.workspace)


def test_the_head_is_number_and_digest(office):
    *_, last = audit.records(office.workspace)
    assert audit.head(office.workspace) == f"{last.number}-{last.digest}"
