"""Approved changes take hold: dates, and what is noted as not yet published."""

from dataclasses import replace
from datetime import timedelta

from tests.feed.publish.office import KIM, LEE, host, hosts

from garim_feed.kinds import day_number
from garim_feed.publish import drafts, proposals, staging
from garim_feed.publish.entries import items


def dates(office):
    """Return the days added of a list, by subject."""
    return dict(
        office.workspace.store.execute(
            "SELECT CAST(s.subject AS TEXT), t.added FROM entry e JOIN said s ON s.id = e.line"
            " JOIN term t ON t.id = e.term"
        ).fetchall()
    )


def pending(office):
    """Return how many entries are noted."""
    return office.workspace.row("SELECT count(*) FROM pending")[0]


def test_entries_get_the_day_of_approval(office):
    number = office.propose(hosts(1))
    office.pass_time(days=3)
    proposals.approve(office.workspace, LEE, number, signer=office.signers[LEE])
    assert dates(office) == {"h1.garim.test": day_number(office.workspace.today())}


def test_what_is_said_again_keeps_its_day_and_a_confirmation_gives_a_new_one(office):
    first = day_number(office.workspace.today())
    office.change(hosts(1, 2, 3))
    office.pass_time(days=5)
    entry = office.entry(hosts(2)[0])
    drafts.confirm(office.workspace, KIM, "sites", [entry])
    office.change([hosts(1)[0], replace(hosts(3)[0], note="a note is no change")])
    assert dates(office) == {
        "h1.garim.test": first,
        "h2.garim.test": first + 5,
        "h3.garim.test": first,
    }


def test_a_list_that_never_travelled_needs_no_notes(office):
    office.change(hosts(1, 2, 3))
    assert pending(office) == 0


def test_changes_since_publishing_are_noted_and_forgotten(office):
    office.change(hosts(1, 2, 3))
    office.publish()
    office.change(hosts(3, 4), remove=hosts(1))
    assert pending(office) == 2
    office.publish()
    assert pending(office) == 0


def test_changes_since_staging_are_noted_and_wait(office):
    office.change(hosts(1, 2))
    staging.stage(office.workspace, KIM)
    office.change(hosts(3), remove=hosts(1))
    assert pending(office) == 2
    office.sign(KIM, LEE)
    from garim_feed.publish import publishing

    publishing.publish(office.workspace, KIM, office.site)
    assert len(office.content()[0].exact["host"].keys) == 2
    assert pending(office) == 2
    office.publish()
    assert len(office.content()[0].exact["host"].keys) == 2
    assert pending(office) == 0


def test_entries_leave_on_their_last_day(office):
    today = office.workspace.today()
    office.change([host("a.test", expires=today + timedelta(days=2)), host("b.test")])
    office.publish()
    office.pass_time(days=1)
    office.change(hosts(1))
    office.publish()
    assert len(list(items(office.workspace, "sites"))) == 3
    office.pass_time(days=1)
    made = office.publish()
    assert made.lists == {"sites": 3}
    left = [item.subject for item in items(office.workspace, "sites")]
    assert left == ["b.test", "h1.garim.test"]
    assert len(office.content()[0].exact["host"].keys) == 2
    assert office.workspace.row("SELECT count(*) FROM term WHERE expires > 0")[0] == 0


def test_expired_entries_of_a_new_list_never_travel(office):
    office.change([host("a.test", expires=office.workspace.today()), host("b.test")])
    office.publish()
    assert len(office.content()[0].exact["host"].keys) == 1
