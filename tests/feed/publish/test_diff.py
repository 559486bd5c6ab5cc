"""What changed between versions."""

from datetime import date

import pytest
from tests.feed.publish.office import host, hosts, image

from garim_feed.errors import FeedError
from garim_feed.publish.diff import diff
from garim_feed.publish.reviewing import Action

LATER = host("h1.garim.test", expires=date(2040, 1, 1))


@pytest.fixture
def three(office):
    """Three versions: {1, 2}, {1', 3, picture}, {1', 2, 3}; then 4 is approved."""
    office.change(hosts(1, 2))
    office.publish()
    office.change([LATER, *hosts(3), image(1)], remove=hosts(2))
    office.publish()
    office.change(hosts(2), remove=[image(1)])
    office.publish()
    office.change(hosts(4), remove=hosts(3))
    return office


def told(office, older, newer):
    return {
        one.item.subject.split(".")[0][:2] if "." in one.item.subject else "picture": one.action
        for one in diff(office.workspace, "sites", older, newer)
    }


ADD, CHANGE, REMOVE = Action.ADD, Action.CHANGE, Action.REMOVE
TABLE = [
    (1, 1, {}),
    (1, 2, {"h1": CHANGE, "h2": REMOVE, "h3": ADD, "picture": ADD}),
    (2, 3, {"h2": ADD, "picture": REMOVE}),
    (1, 3, {"h1": CHANGE, "h2": CHANGE, "h3": ADD}),
    (3, None, {"h3": REMOVE, "h4": ADD}),
    (2, None, {"h2": ADD, "h3": REMOVE, "h4": ADD, "picture": REMOVE}),
    (1, None, {"h1": CHANGE, "h2": CHANGE, "h4": ADD}),
]


@pytest.mark.parametrize(("older", "newer", "expected"), TABLE)
def test_what_leads_from_one_to_another(three, older, newer, expected):
    assert told(three, older, newer) == expected


def test_it_is_told_with_items_and_ids(three):
    (change,) = [one for one in diff(three.workspace, "sites", 1, 2) if one.action is Action.CHANGE]
    assert change.item == LATER
    assert change.entry == three.entry(LATER)


@pytest.mark.parametrize(("older", "newer"), [(0, 1), (4, None), (2, 1), (1, 4), (-1, None)])
def test_versions_that_are_not_there_are_said(three, older, newer):
    with pytest.raises(FeedError, match="versions 1 to 3"):
        diff(three.workspace, "sites", older, newer)


def test_an_unknown_list_is_said(office):
    with pytest.raises(FeedError, match="no list none"):
        diff(office.workspace, "none", 1)
