"""What is typed reaches the command as it was meant."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from garim_agent.feedtool import staffing
from garim_agent.feedtool.app import app
from garim_agent.feedtool.session import Session

CALLS = [
    ("person list", staffing, "people_list", (), {"as_json": False}),
    ("person add c --role a --role b", staffing, "person_add", (Path("c"), ["a", "b"]), {}),
    ("person remove n", staffing, "person_remove", ("n",), {}),
    ("role list --json", staffing, "roles_list", (), {"as_json": True}),
    ("role set n --days 3", staffing, "role_set", ("n", None, 3, None), {}),
    (
        "role set n --threshold 2 --person a --person b",
        staffing,
        "role_set",
        ("n", 2, None, ["a", "b"]),
        {},
    ),
    (
        "authority add s --person a --name n --page g --appeal e",
        staffing,
        "authority_add",
        (("s", "n", "g", "e"), ["a"], 2),
        {},
    ),
    ("authority edit s --name n", staffing, "authority_edit", (("s", "n", "", ""),), {}),
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
