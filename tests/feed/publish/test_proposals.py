"""Two people, and nobody approves their own."""

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, card, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import drafts, people, proposals
from garim_feed.publish.entries import items
from garim_feed.publish.reviewing import State
from garim_feed.publish.roles import set_role


def test_a_proposal_is_applied_when_another_approves(office):
    number = office.propose(hosts(1, 2))
    assert list(items(office.workspace, "sites")) == []
    made = proposals.approve(office.workspace, LEE, number, signer=office.signers[LEE])
    assert (made.before, made.after) == (0, 2)
    assert list(items(office.workspace, "sites")) == hosts(1, 2)
    assert drafts.drafts(office.workspace) == []
    with pytest.raises(FeedError, match="no open proposal"):
        proposals.approve(office.workspace, PARK, number, signer=office.signers[PARK])


@pytest.mark.parametrize("spelling", [KIM, "kim", " KIM", "Ｋim"])
def test_nobody_approves_their_own_by_name(office, spelling):
    number = office.propose(hosts(1))
    with pytest.raises(FeedError, match="somebody else has to approve"):
        proposals.approve(office.workspace, spelling, number, signer=office.signers[KIM])
    assert list(items(office.workspace, "sites")) == []


def test_nobody_approves_their_own_with_a_new_key(office):
    number = office.propose(hosts(1))
    new = CryptoSigner.generate_ed25519()
    people.replace_key(office.workspace, KIM, card(KIM, new))
    with pytest.raises(FeedError, match="somebody else has to approve"):
        proposals.approve(office.workspace, KIM, number, signer=new)


def test_nobody_approves_their_own_by_key(office):
    number = office.propose(hosts(1))
    # As if the store had been bent so that the proposer's key were another person's.
    store, keyid = office.workspace.store, office.signers[KIM].public_key.keyid
    store.execute("UPDATE person_key SET until = 'x' WHERE person = 2")
    store.execute("DELETE FROM person_key WHERE keyid = ? AND person = 1", (keyid,))
    facts = people.person(office.workspace, PARK).card.public
    from garim_feed.publish.persons import written

    public = written(office.signers[KIM].public_key)
    store.execute(
        "INSERT INTO person_key VALUES (?, 2, ?, '', '2020-01-01', NULL)", (keyid, public)
    )
    assert facts.keyid != keyid
    with pytest.raises(FeedError, match="somebody else has to approve"):
        proposals.approve(office.workspace, LEE, number, signer=office.signers[KIM])


def test_a_key_is_its_owners(office):
    drafts.add(office.workspace, KIM, "sites", hosts(1))
    with pytest.raises(FeedError, match="not Kim's"):
        proposals.propose(office.workspace, KIM, "sites", reason="r", signer=office.signers[LEE])
    number = office.propose()
    with pytest.raises(FeedError, match="not Lee's"):
        proposals.approve(office.workspace, LEE, number, signer=office.signers[PARK])


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_proposal_needs_a_reason(office, reason):
    drafts.add(office.workspace, KIM, "sites", hosts(1))
    with pytest.raises(FeedError, match="needs a reason"):
        proposals.propose(office.workspace, KIM, "sites", reason=reason, signer=office.signers[KIM])


def test_a_proposal_needs_a_draft(office):
    with pytest.raises(FeedError, match="has no draft"):
        proposals.propose(office.workspace, KIM, "sites", reason="r", signer=office.signers[KIM])


def test_only_people_of_the_authority_take_part(office):
    number = office.propose(hosts(1))
    set_role(office.workspace, KIM, "kcsc", people=[KIM, PARK])
    for act in (
        lambda: proposals.approve(office.workspace, LEE, number, signer=office.signers[LEE]),
        lambda: proposals.withdraw(office.workspace, LEE, number),
        lambda: proposals.propose(
            office.workspace, LEE, "sites", reason="r", signer=office.signers[LEE]
        ),
    ):
        with pytest.raises(FeedError, match="people of kcsc"):
            act()


@pytest.mark.parametrize("who", [KIM, LEE])
def test_a_proposal_is_taken_back_or_turned_down(office, who):
    number = office.propose(hosts(1))
    proposals.withdraw(office.workspace, who, number, "not so")
    (found,) = proposals.proposals(office.workspace, (State.WITHDRAWN,))
    assert found.number == number
    with pytest.raises(FeedError, match="no open proposal"):
        proposals.approve(office.workspace, LEE, number, signer=office.signers[LEE])


def test_an_altered_proposal_is_not_approved(office):
    number = office.propose(hosts(1))
    office.workspace.store.execute("UPDATE line SET subject = 'innocent.test'")
    with pytest.raises(FeedError, match="altered"):
        proposals.approve(office.workspace, LEE, number, signer=office.signers[LEE])
    assert list(items(office.workspace, "sites")) == []


def test_a_key_that_cannot_sign_approves_nothing(office):
    number = office.propose(hosts(1))

    class Broken:
        public_key = office.signers[LEE].public_key

        def sign(self, _):
            raise OSError("the token was pulled out")

    with pytest.raises(FeedError, match="could not sign"):
        proposals.approve(office.workspace, LEE, number, signer=Broken())
    assert list(items(office.workspace, "sites")) == []
    assert [one.number for one in proposals.proposals(office.workspace)] == [number]
