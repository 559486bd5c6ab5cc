"""What reviewers see."""

import pytest
from tests.feed.publish.office import KIM, LEE, host, hosts, image

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.publish import proposals as office_hours
from garim_feed.publish.reviewing import Action, State, changes, proposal, proposals, review


def test_a_review_counts_by_action_and_kind(office):
    office.change([*hosts(1, 2, 3), image(1)])
    number = office.propose([*hosts(3, 4, 5), image(2)], remove=[*hosts(1), image(1)])
    found = review(office.workspace, number)
    assert found.counts == {
        Action.ADD: {Kind.HOST: 2, Kind.IMAGE: 1},
        Action.CHANGE: {},
        Action.REMOVE: {Kind.HOST: 1, Kind.IMAGE: 1},
        Action.SAME: {Kind.HOST: 1},
    }
    assert (found.before, found.after, found.extra_signature) == (4, 5, False)
    assert found.proposal.reason == "a reason"


def test_looking_changes_nothing(office):
    number = office.propose(hosts(1))
    before = office.workspace.store.total_changes
    first = review(office.workspace, number)
    assert first == review(office.workspace, number)
    assert len(list(changes(office.workspace, number))) == 1
    assert not office.workspace.store.in_transaction
    tables = "SELECT count(*) FROM sqlite_temp_master"
    assert office.workspace.row(tables)[0] == 0
    assert before <= office.workspace.store.total_changes


def test_much_growth_of_what_is_published_is_said(office):
    office.change(hosts(1))
    number = office.propose(host(f"a{n}.test") for n in range(10_001))
    assert not review(office.workspace, number).extra_signature
    office.publish()
    assert review(office.workspace, number).extra_signature


def test_proposals_by_state(office):
    open_, gone, done = (office.propose(hosts(n)) for n in (1, 2, 3))
    office_hours.withdraw(office.workspace, KIM, gone)
    office_hours.approve(office.workspace, LEE, done, signer=office.signers[LEE])
    assert [one.number for one in proposals(office.workspace)] == [open_]
    every = proposals(office.workspace, tuple(State))
    assert [(one.number, one.state, one.approver) for one in every] == [
        (open_, State.OPEN, ""),
        (gone, State.WITHDRAWN, ""),
        (done, State.APPROVED, LEE),
    ]


def test_what_is_not_open_is_not_reviewed(office):
    number = office.propose(hosts(1))
    office_hours.withdraw(office.workspace, KIM, number)
    for look in (proposal, review, lambda w, n: list(changes(w, n))):
        for which in (number, 99):
            with pytest.raises(FeedError, match="no open proposal"):
                look(office.workspace, which)
    assert not office.workspace.store.in_transaction
