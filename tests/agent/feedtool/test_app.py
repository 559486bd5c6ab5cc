"""The command line of `garim-feed` as a whole: help in both languages, and how it ends."""

import re
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from garim_agent.feedtool.app import app

GROUP = typer.main.get_command(app)


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


ALL = list(commands(GROUP))
WANTED = (
    *("init", "key new", "key import", "key list", "person add", "list new", "add", "propose"),
    *("review", "approve", "withdraw", "remove", "confirm", "revoke", "sign", "publish", "refresh"),
    *("status", "diff", "audit", "verify", "serve", "import", "export", "rotate", "root"),
)


def call(*arguments):
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("tongue", ["en", "ko"])
@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help(path, tongue):
    done = call("--lang", tongue, *path, "--help")
    assert done.exit_code == 0
    assert done.stdout.count("\n") > 5


def test_what_the_issue_asks_for_is_there():
    assert set(WANTED) <= {" ".join(path) for path in ALL}


def test_no_secret_has_an_option():
    for path in ALL:
        command = GROUP
        for name in path:
            command = command.commands[name]
        options = {option for each in command.params for option in each.opts}
        assert not {o for o in options if re.search("password|pin|secret", o)}
    options = {option for each in GROUP.params for option in each.opts}
    assert {o for o in options if "password" in o} == {"--password-file"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lang", "fr", "status"], "--lang is fr; it must be ko, en or auto."),
        (["--lang", "en", "-C", "/no/such/folder", "status"], "/no/such/folder"),
    ],
)
def test_what_the_user_can_put_right_is_one_sentence(arguments, sentence):
    done = call(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("garim-feed: ")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["nothing"], ["approve"], ["approve", "x"], ["add"]])
def test_wrong_arguments_end_with_code_2(arguments):
    done = call(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_help_loads_neither_numpy_nor_tuf():
    code = (
        "import sys; from garim_agent.feedtool import app; "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'tuf', 'securesystemslib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
