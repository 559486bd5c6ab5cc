"""Roles: thresholds, people, days."""

import pytest
from tests.feed.publish.office import KIM, LEE, PARK

from garim_feed.errors import FeedError
from garim_feed.publish.roles import DAYS, Role, role, roles, set_role, signers_of

ALL = (KIM, LEE, PARK)


def test_what_a_feed_begins_with(office):
    assert roles(office.workspace) == [
        Role("kcsc", 2, 90, ALL),
        Role("kcsc-revoke", 1, 30, ALL),
        Role("root", 2, 365, ALL),
        Role("snapshot", 1, 7, ()),
        Role("targets", 2, 90, ALL),
        Role("timestamp", 1, 1, ()),
    ]
    assert set(DAYS.values()) == {365, 90, 30, 7, 1}


def test_settings_change_and_the_rest_stays(office):
    set_role(office.workspace, KIM, "kcsc", days=60)
    set_role(office.workspace, KIM, "kcsc", people=["lee", KIM])
    set_role(office.workspace, KIM, "root", threshold=3)
    assert role(office.workspace, "kcsc") == Role("kcsc", 2, 60, (KIM, LEE))
    assert role(office.workspace, "kcsc-revoke").people == (KIM, LEE)
    assert role(office.workspace, "root") == Role("root", 3, 365, ALL)


@pytest.mark.parametrize("name", ["snapshot", "timestamp", "kcsc-revoke"])
def test_of_some_roles_only_the_days_change(office, name):
    set_role(office.workspace, KIM, name, days=5)
    assert role(office.workspace, name).days == 5
    for facts in ({"threshold": 2}, {"people": [KIM]}):
        with pytest.raises(FeedError, match="Only the days"):
            set_role(office.workspace, KIM, name, **facts)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"threshold": 4}, "3 people for 4 signatures"),
        ({"threshold": 0}, "3 people for 0 signatures"),
        ({"people": [KIM]}, "1 people for 2 signatures"),
        ({"people": [KIM, "kim"]}, "1 people for 2 signatures"),
        ({"people": [KIM, "Choi"]}, "Nobody here"),
        ({"days": 0}, "1 to 3650 days"),
        ({"days": 4000}, "1 to 3650 days"),
    ],
)
def test_what_cannot_be_is_refused(office, facts, said):
    before = role(office.workspace, "kcsc")
    with pytest.raises(FeedError, match=said):
        set_role(office.workspace, KIM, "kcsc", **facts)
    assert role(office.workspace, "kcsc") == before


def test_an_unknown_role_is_said(office):
    with pytest.raises(FeedError, match="no role none"):
        set_role(office.workspace, KIM, "none", days=5)


def test_an_authoritys_people_sign_its_revocations():
    assert signers_of("kcsc-revoke") == signers_of("kcsc") == "kcsc"
