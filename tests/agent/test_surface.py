"""How commands speak, ask and end."""

import io
import json
import sys
from pathlib import Path

import pytest
import typer

from garim_addon.text import set_language
from garim_agent import surface
from garim_agent.errors import UsageError


@pytest.fixture(autouse=True)
def _english():
    set_language("en")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("No {what}.", what="way"), 2, "p: No way.\n"),
        (OSError(2, "No such file or directory", "x"), 2, "No such file or directory"),
        (KeyboardInterrupt(), 130, "\nstopped as told\n"),
    ],
)
def test_a_command_ends_with_one_sentence(capsys, error, code, words):
    def command():
        raise error

    with pytest.raises(typer.Exit) as ended:
        surface.finish(command, "p", stopped="stopped as told")
    assert ended.value.exit_code == code
    assert words in capsys.readouterr().err


def test_without_words_for_a_stop_there_is_an_end_of_line(capsys):
    def command():
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit):
        surface.finish(command)
    assert capsys.readouterr().err == "\n"


@pytest.mark.parametrize("status", [0, 2, 3])
def test_its_status_is_the_programs(status):
    with pytest.raises(typer.Exit) as ended:
        surface.finish(lambda: status)
    assert ended.value.exit_code == status


def test_a_defect_is_not_hidden():
    def command():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        surface.finish(command)


@pytest.mark.parametrize(
    ("typed", "agrees"),
    [("y\n", True), ("YES\n", True), (" y \n", True), ("n\n", False), ("\n", False), ("", False)],
)
def test_only_a_yes_agrees(monkeypatch, capsys, typed, agrees):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert surface.agreed("Sure?") is agrees
    assert capsys.readouterr().err == "Sure? [y/N] "


def test_who_agreed_beforehand_is_not_asked(capsys):
    assert surface.agreed("Sure?", yes=True)
    assert capsys.readouterr().err == ""


def test_results_and_words_keep_apart(capsys):
    surface.put("result")
    surface.put_json({"path": Path("가")})
    surface.say("words")
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "result"
    assert json.loads(out.splitlines()[1]) == {"path": "가"}
    assert err == "words\n"


@pytest.mark.parametrize(("tag", "code"), [("", None), ("ko", None), ("fr", 2)])
def test_the_language(tag, code):
    if code is None:
        surface.choose_language(tag)
        return
    with pytest.raises(typer.Exit):
        surface.choose_language(tag)
