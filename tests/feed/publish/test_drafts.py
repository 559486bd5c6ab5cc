"""Drafts: all or nothing, one's own."""

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, host, hosts, image

from garim_feed.errors import FeedError
from garim_feed.publish import drafts
from garim_feed.publish.drafts import Draft
from garim_feed.publish.entries import items
from garim_feed.publish.progress import Step
from garim_feed.publish.roles import set_role


def test_a_draft_grows(office):
    office.change(hosts(1, 2))
    assert drafts.add(office.workspace, KIM, "sites", hosts(3, 4)) == 2
    assert drafts.add(office.workspace, KIM, "sites", iter([image(1)])) == 1
    assert drafts.remove(office.workspace, KIM, "sites", hosts(1)) == 1
    entry = office.entry(hosts(2)[0])
    assert drafts.remove_entries(office.workspace, KIM, "sites", [entry]) == 1
    assert drafts.confirm(office.workspace, KIM, "sites", [entry]) == 1
    assert drafts.drafts(office.workspace) == [Draft("sites", KIM, 4, 2)]


def test_everybody_has_their_own(office):
    drafts.add(office.workspace, KIM, "sites", hosts(1))
    drafts.add(office.workspace, "lee", "sites", hosts(2, 3))
    assert drafts.drafts(office.workspace) == [
        Draft("sites", KIM, 1, 0), Draft("sites", LEE, 2, 0)
    ]  # fmt: skip
    assert drafts.drafts(office.workspace, LEE) == [Draft("sites", LEE, 2, 0)]
    drafts.discard(office.workspace, KIM, "sites")
    assert drafts.drafts(office.workspace, KIM) == []
    with pytest.raises(FeedError, match="has no draft"):
        drafts.discard(office.workspace, KIM, "sites")


def raising(error):
    yield from hosts(*range(50))
    raise error


@pytest.mark.parametrize(
    ("gather", "error"),
    [
        (lambda: [*hosts(2, 3), host("NOT VALID")], FeedError),
        (lambda: raising(FeedError("row 51 is bad")), FeedError),
        (lambda: raising(KeyboardInterrupt()), KeyboardInterrupt),
    ],
)
def test_what_is_not_whole_leaves_the_draft_as_it_was(office, gather, error):
    drafts.add(office.workspace, KIM, "sites", hosts(1))
    with pytest.raises(error):
        drafts.add(office.workspace, KIM, "sites", gather())
    assert drafts.drafts(office.workspace) == [Draft("sites", KIM, 1, 0)]
    (lines,) = office.workspace.row("SELECT count(*) FROM line")
    assert lines == 1


def test_a_first_draft_that_fails_is_no_draft(office):
    with pytest.raises(FeedError):
        drafts.add(office.workspace, KIM, "sites", [host("NOT VALID")])
    assert drafts.drafts(office.workspace) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda w, e: drafts.remove(w, KIM, "sites", hosts(9)),
        lambda w, e: drafts.remove_entries(w, KIM, "sites", [e]),
        lambda w, e: drafts.confirm(w, KIM, "sites", [e]),
    ],
)
def test_what_is_not_on_the_list_cannot_go_or_be_confirmed(office, act):
    office.change(hosts(1))
    with pytest.raises(FeedError, match="is not on sites"):
        act(office.workspace, office.entry(hosts(9)[0]))
    assert drafts.drafts(office.workspace) == []


def test_only_people_of_the_authority_draft(office):
    set_role(office.workspace, KIM, "kcsc", people=[LEE, PARK])
    with pytest.raises(FeedError, match="people of kcsc"):
        drafts.add(office.workspace, KIM, "sites", hosts(1))
    with pytest.raises(FeedError, match="Nobody"):
        drafts.add(office.workspace, "Choi", "sites", hosts(1))
    with pytest.raises(FeedError, match="no list none"):
        drafts.add(office.workspace, LEE, "none", hosts(1))


def test_the_last_word_counts(office):
    office.change(hosts(1))
    drafts.add(office.workspace, KIM, "sites", [host("x.test"), host("y.test")])
    drafts.remove(office.workspace, KIM, "sites", hosts(1))
    drafts.add(office.workspace, KIM, "sites", hosts(1))
    number = office.propose([host("x.test", note="again")])
    from garim_feed.publish import proposals

    proposals.approve(office.workspace, LEE, number, signer=office.signers[LEE])
    found = {item.subject: item.note for item in items(office.workspace, "sites")}
    assert found == {"h1.garim.test": "", "x.test": "again", "y.test": ""}


def test_progress_is_told(office):
    told = []
    drafts.add(
        office.workspace,
        KIM,
        "sites",
        (host(f"a{n}.test") for n in range(20_001)),
        progress=lambda *facts: told.append(facts),
    )
    assert told == [(Step.ADD, 20_000, 0), (Step.ADD, 20_001, 20_001)]
