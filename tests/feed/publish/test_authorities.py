"""Authorities."""

import pytest
from tests.feed.publish.office import KCSC, KIM, LEE, PARK

from garim_feed.errors import FeedError
from garim_feed.publish.authorities import add_authority, authorities, edit_authority
from garim_feed.publish.roles import role, set_role
from garim_feed.wire.description import Authority

SCHOOL = Authority(slug="school", name="A school", uri="", appeal="")


def test_an_authority_has_people_of_its_own(office):
    add_authority(office.workspace, KIM, SCHOOL, [LEE, PARK])
    assert authorities(office.workspace) == [KCSC, SCHOOL]
    assert role(office.workspace, "school").people == (LEE, PARK)
    assert role(office.workspace, "school-revoke").threshold == 1


def test_it_is_described_anew(office):
    new = KCSC.model_copy(update={"name": "Another name"})
    edit_authority(office.workspace, KIM, new)
    assert authorities(office.workspace) == [new]


def test_what_cannot_be_is_refused(office):
    with pytest.raises(FeedError, match="already"):
        add_authority(office.workspace, KIM, KCSC, [LEE, PARK])
    with pytest.raises(FeedError, match="1 people for 2"):
        add_authority(office.workspace, KIM, SCHOOL, [LEE])
    with pytest.raises(FeedError, match="no authority school"):
        edit_authority(office.workspace, KIM, SCHOOL)
    assert authorities(office.workspace) == [KCSC]


def test_only_the_people_of_targets_do_this(office):
    set_role(office.workspace, KIM, "targets", people=[LEE, PARK])
    for act in (
        lambda: add_authority(office.workspace, KIM, SCHOOL, [LEE, PARK]),
        lambda: edit_authority(office.workspace, KIM, KCSC),
    ):
        with pytest.raises(FeedError, match="people of targets"):
            act()
