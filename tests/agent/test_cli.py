import re

import pytest
from typer.testing import CliRunner

from garim_addon.text import language
from garim_agent import cli
from garim_agent.errors import UsageError

COMMANDS = ("run", "demo", "check", "why", "log", "lists", "doctor", "version")


@pytest.fixture
def call(garim_home):
    def call(*arguments):
        return CliRunner().invoke(cli.app, list(arguments), catch_exceptions=False)

    return call


@pytest.mark.parametrize("tongue", ["en", "ko"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help(call, command, tongue):
    done = call("--lang", tongue, *([command] if command else []), "--help")
    assert done.exit_code == 0
    assert f"garim {command}".strip() in done.stdout.replace("root", "garim")
    if not command:
        for name in COMMANDS:
            assert re.search(rf"^\s*{name}\b", done.stdout, re.MULTILINE)


def test_without_a_command_there_is_help(call):
    assert "version" in call().output


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["--nothing"],
        ["check"],
        ["why"],
        ["why", "a", "b"],
        ["run", "--port", "http"],
        ["run", "extra"],
        ["log", "-n", "0"],
        ["log", "-n", "many"],
        ["version", "--json"],
    ],
)
def test_wrong_arguments_end_with_what_was_wrong_and_code_2(call, arguments):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("Error: ")]) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lang", "fr", "version"], "--lang is fr; it must be ko, en or auto."),
        (["run", "--port", "70000"], "--port is 70000; it must be between 0 and 65535."),
        (["run", "--port", "-1"], "--port is -1; it must be between 0 and 65535."),
        (
            ["run", "--metrics-port", "65536"],
            "--metrics-port is 65536; it must be between 0 and 65535.",
        ),
        (["run", "--policy", "no.toml"], "no.toml is not a file."),
        (["run", "--extra-ca", "no.pem"], "no.pem is not a file."),
        (["check", "no.jpg"], "no.jpg is neither a file, a folder nor an http(s) address."),
        (["check", "--policy", "no.toml", "no.jpg"], "no.toml cannot be read: No such file"),
        (["why", "AAAAAA"], "Nothing is known of AAAAAA: give the id on a placeholder"),
    ],
)
def test_what_the_user_can_put_right_is_one_sentence_and_code_2(call, arguments, sentence):
    done = call(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"garim: {sentence}")
    assert len(done.stderr.splitlines()) == 1


def test_the_sentence_is_in_the_users_language(call):
    done = call("--lang", "ko", "check", "no.jpg")
    assert done.exit_code == 2
    assert "no.jpg" in done.stderr
    assert re.search("[가-힣]", done.stderr)


@pytest.mark.parametrize(("given", "becomes"), [("ko", "ko"), ("en", "en"), ("ko-KR", "ko")])
def test_the_language_holds_for_the_command(call, given, becomes):
    assert call("--lang", given, "version").exit_code == 0
    assert language() == becomes


class PlainError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (UsageError("Wrong: {x}", x=1), 2, "garim: Wrong: 1\n"),
        (OSError(28, "No space left on device"), 2, "garim: [Errno 28] No space left on device\n"),
        (KeyboardInterrupt(), 130, "\n"),
    ],
)
def test_how_a_command_can_end(call, monkeypatch, error, code, says):
    from garim_agent.commands import version

    def fails():
        raise error

    monkeypatch.setattr(version, "run", fails)
    done = call("version")
    assert (done.exit_code, done.stderr) == (code, says)


def test_a_defect_is_not_hidden(call, monkeypatch):
    from garim_agent.commands import version

    def fails():
        raise PlainError

    monkeypatch.setattr(version, "run", fails)
    with pytest.raises(PlainError):
        call("version")


@pytest.mark.parametrize("status", [0, 2, 3])
def test_the_commands_status_is_the_programs(call, monkeypatch, status):
    from garim_agent.commands import version

    monkeypatch.setattr(version, "run", lambda: status)
    assert call("version").exit_code == status
