"""People, roles, authorities and lists; what changes counts once it is published."""

import json

import pytest

from garim_agent.feedtool import staffing


def new_card(house, tmp_path, name="dora"):
    house.run("key", "new", name, "--out", tmp_path, who="")
    return tmp_path / f"{name}.card"


def roles(house):
    return {each["name"]: each for each in json.loads(house.run("role", "list", "--json"))}


def test_people_are_printed_with_their_roles(house):
    lines = house.run("person", "list").splitlines()
    assert len(lines) == 3
    assert all("kcsc, root, targets" in line for line in lines)
    found = json.loads(house.run("person", "list", "--json"))
    assert found[0]["roles"] == ["kcsc", "root", "targets"]


def test_a_person_comes_and_goes(house, tmp_path):
    house.run("person", "add", new_card(house, tmp_path), "--role", "kcsc")
    assert "dora" in roles(house)["kcsc"]["people"]
    assert "dora" in roles(house)["kcsc-revoke"]["people"]
    house.run("person", "remove", "dora")
    assert "dora" not in house.run("person", "list")


def test_a_key_is_replaced(feed, tmp_path):
    before = feed.run("key", "list")
    folder = tmp_path / "later"
    folder.mkdir()
    feed.run("rotate", new_card(feed, folder, "sora"))
    assert feed.run("key", "list") != before
    feed.sign_and_publish()
    seen = json.loads(feed.run("verify", feed.published, "--root", feed.root, "--json"))
    assert seen["root"] == 2


def test_the_online_key_is_replaced(feed):
    feed.run("rotate", "--online")
    feed.sign_and_publish()
    assert json.loads(feed.run("verify", feed.published, "--json"))["root"] == 2


def test_which_key_must_be_said(house):
    for arguments in ([], [house.card("jun"), "--online"]):
        assert house.refused("rotate", *arguments).startswith("Say which key:")


def test_roles_are_printed_and_set(house):
    assert "root: 2 of jun, minji, sora, for 365 days" in house.run("role", "list")
    assert "timestamp: 1 of the online key, for 1 days" in house.run("role", "list")
    house.run("role", "set", "kcsc", "--days", "30", "--threshold", "3")
    assert (roles(house)["kcsc"]["days"], roles(house)["kcsc"]["threshold"]) == (30, 3)
    assert house.refused("role", "set", "kcsc", "--threshold", "9")
    assert house.refused("role", "set", "nobody", "--days", "9")


def test_an_authority_has_its_own_people_and_lists(house):
    house.run(*("authority", "add", "school", "--person", "minji", "--person", "sora"))
    house.run("authority", "edit", "school", "--name", "Our school")
    assert house.refused("authority", "edit", "nobody") == "This feed has no authority nobody."
    said = house.refused("list", "new", "own", "--category", "adult")
    assert said == "Say which authority keeps it: --authority SLUG. This feed's: kcsc, school."
    house.run("list", "new", "own", "--category", "adult", "--authority", "school")
    assert "own: adult, kept by school, version 0, 0 entries" in house.run("list", "list")
    said = house.refused("add", "host:a.example")
    assert said == "Say which list: --list NAME. This feed's lists: ncii, own."
    assert house.refused("add", "--list", "own", "host:a.example", who="jun")


def test_a_list_is_changed(house):
    house.run("list", "edit", "ncii", "--title-ko", "불법촬영물", "--params", "no,id,id")
    house.run("list", "edit", "ncii", "--params", "b")
    found = json.loads(house.run("list", "list", "--json"))[0]
    assert found["title"] == {"ko": "불법촬영물", "en": "ncii"}
    assert found["parameters"] == [["b"], ["id", "no"]]
    assert found["category"] == "ncii"
    assert house.refused("list", "edit", "nothing", "--category", "x")
    assert house.refused("list", "new", "ncii", "--category", "ncii")
    assert house.refused("list", "new", "Bad Name", "--category", "ncii")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], []),
        (["id"], [("id",)]),
        (["no,id"], [("id", "no")]),
        ([" no , id ,", "b"], [("id", "no"), ("b",)]),
    ],
)
def test_sets_of_parameters(given, found):
    assert staffing.sets(given) == found


def test_without_a_list_nothing_can_be_added(house, tmp_path):
    other = type(house)(tmp_path / "other", house.keys)
    cards = [word for name in ("minji", "jun") for word in ("--card", house.card(name))]
    other.run("init", "school", *cards, who="")
    assert other.refused("add", "host:a.example").startswith("This feed has no list yet;")
