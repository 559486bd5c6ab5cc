"""What is typed after `garim lists` reaches the command as it was meant."""

from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from garim_agent import cli

CALLS = [
    ("status", "status", (), {"as_json": False}),
    ("status --json", "status", (), {"as_json": True}),
    ("sync --json", "sync", (), {"as_json": True}),
    ("add u --root r", "add", ("u", Path("r"), ""), {"name": "", "accept": "", "yes": False}),
    (
        "add u --fingerprint f --name n --accept policy --yes",
        "add",
        ("u", None, "f"),
        {"name": "n", "accept": "policy", "yes": True},
    ),
    ("remove n", "remove", ("n",), {"yes": False}),
    ("remove n --yes", "remove", ("n",), {"yes": True}),
    ("test t --json", "test", ("t",), {"as_json": True}),
    ("export d", "export", (Path("d"), ""), {}),
    ("export d --name n", "export", (Path("d"), "n"), {}),
    ("import d --name n", "import_", (Path("d"), "n"), {}),
]


@pytest.mark.parametrize(("line", "module", "arguments", "options"), CALLS)
def test_a_command_gets_what_was_typed(monkeypatch, line, module, arguments, options):
    called = []
    command = import_module(f"garim_agent.commands.lists.{module}")
    monkeypatch.setattr(command, "run", lambda *a, **o: called.append((a, o)) or 3)
    done = CliRunner().invoke(cli.app, ["lists", *line.split()], catch_exceptions=False)
    assert (done.exit_code, called) == (3, [(arguments, options)])


@pytest.mark.parametrize("line", ["", "nothing", "add", "remove", "test", "export", "import"])
def test_wrong_arguments_end_with_code_2(line):
    done = CliRunner().invoke(cli.app, ["lists", *line.split()], catch_exceptions=False)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
