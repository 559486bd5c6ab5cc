"""What is signed is exactly what was proposed."""

import json

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, card, one_of_each

from garim_feed.errors import FeedError
from garim_feed.publish import people, sealing
from garim_feed.publish.progress import silent

ALTERED = {
    "line": "UPDATE line SET subject = 'innocent.test' WHERE kind = 0",
    "effect": "UPDATE line SET effect = 1 WHERE kind = 0",
    "key": "UPDATE line SET key = key + 1 WHERE kind = 2",
    "frames": "UPDATE line SET detail = zeroblob(length(detail)) WHERE detail IS NOT NULL",
    "note": "UPDATE line SET note = 'x' WHERE kind = 0",
    "one line less": "DELETE FROM line WHERE kind = 3",
    "one line more": (
        "INSERT INTO line SELECT max(id) + 1, 0, 0, 5, 'x.test', 0, 0, 0, 0, 0, 0, NULL, NULL"
        " FROM line"
    ),
    "reason": "UPDATE proposal SET reason = 'another'",
    "proposer": "UPDATE proposal SET person = 2",
    "time": "UPDATE proposal SET at = '2020-01-01T00:00:00+00:00'",
    "digest": "UPDATE proposal SET digest = '0'",
    "signature": "UPDATE proposal SET signature = substr(signature, 3) || '00'",
    "no signature": "UPDATE proposal SET signature = ''",
    "key id": "UPDATE proposal SET keyid = (SELECT keyid FROM person_key WHERE person = 2)",
    "unknown key": "UPDATE proposal SET keyid = 'none'",
    "person and key": (
        "UPDATE proposal SET person = 2, keyid = (SELECT keyid FROM person_key WHERE person = 2)"
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_found_out(office, what):
    number = office.propose(one_of_each())
    sealing.check_proposal(office.workspace, number, silent)
    office.workspace.store.execute(ALTERED[what])
    with pytest.raises(FeedError, match="not what was signed"):
        sealing.check_proposal(office.workspace, number, silent)


def test_a_key_that_was_given_up_proposed_nothing(office):
    """What a stolen key proposed is not approved once the key is replaced."""
    number = office.propose(one_of_each())
    people.replace_key(office.workspace, LEE, card(KIM, CryptoSigner.generate_ed25519()))
    with pytest.raises(FeedError, match="counts no longer"):
        sealing.check_proposal(office.workspace, number, silent)


FORGED = {
    "an entry of its own": (
        "INSERT INTO entry SELECT list, kind, key + 1, (7 << 32) + 1, term, scope"
        " FROM entry LIMIT 1"
    ),
    "an approver": "UPDATE proposal SET approver = 3",
    "an approval": "UPDATE proposal SET approval = replace(approval, 'a', 'b')",
    "no approval": "UPDATE proposal SET approval = NULL",
    "the approver's key": (
        "UPDATE proposal SET approver_keyid = (SELECT keyid FROM person_key WHERE person = 3)"
    ),
    "the time": "UPDATE proposal SET approved = '2020-01-01T00:00:00+00:00'",
    "the proposal": "UPDATE proposal SET digest = '0'",
    "the proposer approved": "UPDATE proposal SET approver = person",
}


@pytest.mark.parametrize("what", FORGED)
def test_what_nobody_approved_is_found_out(office, what):
    office.change(one_of_each())
    sealing.check_approvals(office.workspace)
    office.workspace.store.execute(FORGED[what])
    with pytest.raises(FeedError, match="nobody approved it"):
        sealing.check_approvals(office.workspace)


def test_approvals_hold_when_people_go_and_keys_change(office):
    office.change(one_of_each(), by=PARK, and_by=LEE)
    people.replace_key(office.workspace, KIM, card(LEE, CryptoSigner.generate_ed25519()))
    people.remove_person(office.workspace, KIM, PARK)
    sealing.check_approvals(office.workspace)


def test_the_words_say_what_they_are(office):
    number = office.propose(one_of_each())
    proposal = json.loads(sealing.proposal_words(office.workspace, number))
    approval = json.loads(sealing.approval_words(office.workspace, number, KIM, "now"))
    assert (proposal["garim"], approval["garim"]) == ("proposal", "approval")
    assert "_type" not in proposal
    assert proposal["feed"] == approval["feed"] == "korea"
    assert proposal["reason"] == "a reason"
    assert proposal["lines"] == len(one_of_each())


def test_progress_is_told(office):
    number = office.propose(one_of_each())
    told = []
    sealing.lines_digest(office.workspace, number, 12, lambda *facts: told.append(facts[1:]))
    assert told == [(12, 12)]
