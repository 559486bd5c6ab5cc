"""What is typed reaches the command as it was meant."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from garim_agent.feedtool import carrying, founding, staffing
from garim_agent.feedtool.app import app
from garim_agent.feedtool.founding import Settled
from garim_agent.feedtool.session import Session

CALLS = [
    (
        "init n --card a --card b",
        founding,
        "init",
        (Path("w"), Settled("n", "", "", ("", "", "", ""), [Path("a"), Path("b")], 2, ())),
        {},
    ),
    (
        (
            "init n --card a --title t --title-ko k --authority s --authority-name m --page g "
            "--appeal e --threshold 3 --days root=9"
        ),
        founding,
        "init",
        (Path("w"), Settled("n", "t", "k", ("s", "m", "g", "e"), [Path("a")], 3, ["root=9"])),
        {},
    ),
    ("rotate c", staffing, "rotate", (Path("c"),), {"online": False}),
    ("rotate --online", staffing, "rotate", (None,), {"online": True}),
    ("list list", staffing, "lists_show", (), {"as_json": False}),
    (
        "list new n --category c --params a,b --params d",
        staffing,
        "list_new",
        ("n",),
        {"authority": "", "titles": ("", ""), "category": "c", "parameters": ["a,b", "d"]},
    ),
    (
        "list edit n --title t --title-ko k",
        staffing,
        "list_edit",
        ("n",),
        {"titles": ("t", "k"), "category": "", "parameters": ()},
    ),
    ("policy set f", carrying, "policy_set", (Path("f"),), {}),
    ("policy remove", carrying, "policy_remove", (), {}),
    ("model set f", carrying, "model_set", (Path("f"),), {}),
    ("model remove n", carrying, "model_remove", ("n",), {}),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_a_command_gets_what_was_typed(monkeypatch, call):
    line, module, name, arguments, options = call
    called = []
    monkeypatch.setattr(module, name, lambda *a, **o: called.append((a, o)) or 0)
    done = CliRunner().invoke(
        app, ["-C", "w", "--as", "jun", *line.split()], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    (found, said) = called[0]
    if found and isinstance(found[0], Session):
        assert (found[0].folder, found[0].who) == (Path("w"), "jun")
        found = found[1:]
    assert (found, said) == (arguments, options)
