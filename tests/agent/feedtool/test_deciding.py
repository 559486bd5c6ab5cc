"""One person proposes, another approves; nobody approves their own."""

import json

import pytest


@pytest.fixture
def proposed(house):
    house.run("add", "host:a.example", "host:b.example", "--note", "ticket 7")
    assert house.run("propose", "-m", "two bad hosts").strip() == "1"
    return house


def test_a_proposal_is_shown_with_what_it_changes(proposed):
    assert proposed.run("review").startswith("1: ncii, 2 lines, by minji at ")
    out = proposed.run("review", "1")
    assert "two bad hosts" in out
    assert "  + 2 host\n" in out
    assert "The list has 0 entries, and then 2." in out
    assert sorted(line.split("  ", 1)[1] for line in out.splitlines()[-2:]) == [
        "a.example (ticket 7)",
        "b.example (ticket 7)",
    ]


def test_the_same_as_values(proposed):
    assert [each["number"] for each in json.loads(proposed.run("review", "--json"))] == [1]
    found = json.loads(proposed.run("review", "1", "--json"))
    assert (found["before"], found["after"], found["extra_signature"]) == (0, 2, False)
    assert [change["action"] for change in found["changes"]] == ["add", "add"]


def test_only_the_first_lines_are_shown_unless_all_are_asked_for(house):
    house.run("add", *(f"host:h{number}.example" for number in range(50)))
    house.run("propose", "-m", "many")
    out = house.run("review", "1")
    assert "... and 10 more lines: garim-feed review 1 --all" in out
    assert house.run("review", "1", "--all").count("\n+ ") == 50


def test_nobody_approves_their_own(proposed):
    assert "minji proposed this" in proposed.refused("approve", "1", "--yes", who="minji")


def test_approving_shows_it_and_asks(proposed):
    done = proposed.call("approve", "1", who="jun", text="n\n")
    assert done.exit_code == 2
    assert "+ 2 host" in done.stderr
    assert "Approve proposal 1 as jun? [y/N]" in done.stderr
    assert "Nothing was changed." in done.stderr
    done = proposed.call("approve", "1", who="jun", text="y\n")
    assert done.exit_code == 0
    assert "Approved: ncii has 2 entries now, 0 before." in done.stderr


def test_without_an_answer_nothing_is_approved(proposed):
    assert proposed.call("approve", "1", who="jun", text="").exit_code == 2
    assert "1: ncii" in proposed.run("review")


def test_withdrawing(proposed):
    proposed.run("withdraw", "1", "-m", "wrong site")
    assert proposed.run("review") == ""
    assert proposed.refused("approve", "1", "--yes", who="jun")


def test_turning_down_is_the_others_right(proposed):
    proposed.run("withdraw", "1", who="jun")


@pytest.mark.parametrize("arguments", [["review", "9"], ["approve", "9"], ["withdraw", "9"]])
def test_a_proposal_that_is_not_there_is_one_sentence(house, arguments):
    assert "9" in house.refused(*arguments)


def test_without_a_draft_there_is_nothing_to_propose(house):
    assert house.refused("propose", "-m", "x")


def test_a_reason_is_needed(house):
    house.run("add", "host:a.example")
    assert house.call("propose", who="minji").exit_code == 2
    assert house.refused("propose", "-m", "")


def test_a_wrong_password_is_one_sentence(house):
    house.run("add", "host:a.example")
    house.environment = {"GARIM_FEED_PASSWORD": "another password entirely"}
    assert "password" in house.refused("propose", "-m", "x").lower()
