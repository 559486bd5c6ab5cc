"""Lists and what is said of them."""

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, TITLE, hosts, image

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.publish.lists import add_list, count, edit_list, list_info, lists
from garim_feed.publish.roles import set_role
from garim_feed.wire.fields import Title


def make(office, **facts):
    wanted = {
        "by": KIM, "authority": "kcsc", "name": "more", "title": TITLE, "category": "adult", **facts
    }  # fmt: skip
    add_list(
        office.workspace,
        wanted.pop("by"),
        wanted.pop("authority"),
        wanted.pop("name"),
        **wanted,
    )


def test_a_list_is_made_with_a_salt_of_its_own(office):
    make(office, parameters=[["no", "board"], ["id"], ["id", "id"]])
    one, other = lists(office.workspace)
    assert [one.name, other.name] == ["more", "sites"]
    assert len(one.salt) == 16
    assert one.salt != other.salt
    assert one.parameters == (("board", "no"), ("id",))
    assert (one.version, one.published, one.staged) == (0, None, None)


def test_what_is_said_of_it_changes_and_the_rest_stays(office):
    salt = list_info(office.workspace, "sites").salt
    edit_list(office.workspace, KIM, "sites", title=Title(ko="새", en="New"))
    edit_list(office.workspace, KIM, "sites", category="ncii")
    edit_list(office.workspace, KIM, "sites", parameters=[["id"]])
    info = list_info(office.workspace, "sites")
    assert (info.title.en, info.category, info.parameters) == ("New", "ncii", (("id",),))
    assert info.salt == salt


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": "sites"}, "already"),
        ({"name": "No Slug"}, "cannot be a list's name"),
        ({"authority": "none"}, "no authority none"),
        ({"category": "Not A Slug"}, "cannot be a category"),
        ({"parameters": [["a b"]]}, "not sets of query parameters"),
        ({"parameters": [[]]}, "not sets of query parameters"),
        ({"parameters": [[f"p{n}"] for n in range(17)]}, "not sets of query parameters"),
        ({"by": "Choi"}, "Nobody here"),
    ],
)
def test_what_cannot_be_is_refused(office, facts, said):
    with pytest.raises(FeedError, match=said):
        make(office, **facts)
    assert [one.name for one in lists(office.workspace)] == ["sites"]


def test_only_the_authoritys_people_do_this(office):
    set_role(office.workspace, KIM, "kcsc", people=[LEE, PARK])
    with pytest.raises(FeedError, match="people of kcsc"):
        make(office)
    with pytest.raises(FeedError, match="people of kcsc"):
        edit_list(office.workspace, KIM, "sites", category="ncii")


def test_an_unknown_list_is_said(office):
    for act in (
        lambda: list_info(office.workspace, "none"),
        lambda: count(office.workspace, "none"),
        lambda: edit_list(office.workspace, KIM, "none"),
    ):
        with pytest.raises(FeedError, match="no list none"):
            act()


def test_entries_are_counted_by_kind(office):
    office.change([*hosts(1, 2), image(1)])
    assert count(office.workspace, "sites") == {Kind.HOST: 2, Kind.IMAGE: 1}


def test_what_is_published_is_not_counted_again(office):
    office.change([*hosts(1, 2), image(1)])
    office.publish()
    assert count(office.workspace, "sites") == {Kind.HOST: 2, Kind.IMAGE: 1}
    office.change([*hosts(2, 3, 4), image(2)], remove=[*hosts(1), image(1)])
    office.change([image(1)], remove=[image(2)])
    assert count(office.workspace, "sites") == {Kind.HOST: 3, Kind.IMAGE: 1}
    office.change(remove=[image(1)])
    assert count(office.workspace, "sites") == {Kind.HOST: 3}
