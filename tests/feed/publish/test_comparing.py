"""What becomes of each entry: the truth table."""

from dataclasses import replace
from datetime import date

import pytest
from tests.feed.publish.office import KIM, host, hosts, image, video

from garim_feed.kinds import Effect
from garim_feed.publish import drafts, proposals
from garim_feed.publish.reviewing import Action

DAY = date(2040, 1, 1)
BLOCK, ALLOW = host("a.test"), host("a.test", effect=Effect.ALLOW)
CLOSE, FAR = image(1), image(1, tight=5)
TABLE = [
    ([], [BLOCK], Action.ADD),
    ([BLOCK], [BLOCK], Action.SAME),
    ([BLOCK], [replace(BLOCK, note="other")], Action.SAME),
    ([BLOCK], [ALLOW], Action.CHANGE),
    ([BLOCK], [replace(BLOCK, expires=DAY)], Action.CHANGE),
    ([replace(BLOCK, expires=DAY)], [BLOCK], Action.CHANGE),
    ([BLOCK], [ALLOW, BLOCK], Action.SAME),
    ([CLOSE], [CLOSE], Action.SAME),
    ([CLOSE], [FAR], Action.CHANGE),
    ([CLOSE], [replace(CLOSE, quality=91)], Action.CHANGE),
    ([CLOSE], [replace(CLOSE, effect=Effect.NEGATIVE)], Action.CHANGE),
    ([video(1)], [video(1)], Action.SAME),
    ([video(1)], [replace(video(1), duration=9)], Action.CHANGE),
]


@pytest.mark.parametrize(("before", "drafted", "action"), TABLE)
def test_additions(office, before, drafted, action):
    if before:
        office.change(before)
    number = office.propose(drafted)
    (change,) = proposals.changes(office.workspace, number)
    assert change.action is action
    assert change.item == drafted[-1]
    assert change.entry == office.entry(drafted[-1])


def test_removals_and_confirmations(office):
    office.change(hosts(1, 2, 3))
    entry = office.entry(hosts(2)[0])
    drafts.confirm(office.workspace, KIM, "sites", [entry])
    number = office.propose(remove=hosts(1))
    found = {one.item.subject: one.action for one in proposals.changes(office.workspace, number)}
    assert found == {"h1.garim.test": Action.REMOVE, "h2.garim.test": Action.CHANGE}


def test_what_went_meanwhile_changes_nothing(office):
    office.change(hosts(1, 2, 3))
    drafts.confirm(office.workspace, KIM, "sites", [office.entry(hosts(1)[0])])
    number = office.propose(remove=hosts(2))
    office.change(remove=hosts(1, 2), by="Lee", and_by="Park")
    assert {one.action for one in proposals.changes(office.workspace, number)} == {Action.SAME}
