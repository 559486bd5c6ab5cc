"""The ceremony."""

import pytest

from garim_agent.errors import UsageError
from garim_agent.feedtool import founding


def cards(house, *names):
    return [word for name in names for word in ("--card", house.card(name))]


@pytest.fixture
def empty(house, tmp_path):
    return type(house)(tmp_path / "another", house.keys)


def test_a_feed_is_founded_with_everybodys_card(empty):
    done = empty.call("init", "school", *cards(empty, "minji", "jun"), "--title", "School")
    assert done.exit_code == 0
    assert [line.split("  ")[0] for line in done.stdout.splitlines()] == ["jun", "minji"]
    assert "school" in done.stdout.splitlines()[0]
    assert "read the keys above to each other" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["School"], ["minji", "jun"]),
        (["school"], ["minji"]),
        (["school"], ["minji", "minji"]),
        (["school", "--threshold", "4"], ["minji", "jun", "sora"]),
        (["school", "--authority", "root"], ["minji", "jun"]),
        (["school", "--page", "ftp://x"], ["minji", "jun"]),
        (["school", "--days", "root"], ["minji", "jun"]),
        (["school", "--days", "everybody=3"], ["minji", "jun"]),
        (["school", "--days", "root=soon"], ["minji", "jun"]),
    ],
)
def test_what_cannot_be_founded_is_one_sentence_and_leaves_nothing(empty, arguments, names):
    assert empty.refused("init", *arguments, *cards(empty, *names), who="")
    assert not list(empty.workspace.parent.glob("workspace/*"))


def test_a_folder_that_is_not_empty_is_left_alone(house):
    assert house.refused("init", "school", *cards(house, "minji", "jun"), who="")
    assert house.run("list", "list")


def test_expiries_are_read():
    assert founding.days(["root=365", "timestamp=1"]) == {"root": 365, "timestamp": 1}
    with pytest.raises(UsageError, match="--days is x=1; write ROLE=DAYS, with a role of root,"):
        founding.days(["x=1"])


def test_a_title_in_one_language_stands_for_both():
    title = founding.title("List")
    assert (title.en, title.ko) == ("List", "List")
    title = founding.title("List", "목록")
    assert (title.en, title.ko) == ("List", "목록")


def test_an_authority_is_called_by_its_short_name_if_nothing_else_was_said():
    assert founding.authority("kcsc", "", "", "").name == "kcsc"
    with pytest.raises(UsageError, match="uri cannot be 'javascript:x'"):
        founding.authority("kcsc", "", "javascript:x", "")
