"""Between the command line and the commands."""

from pathlib import Path

import pytest
import typer

from garim_addon.text import set_language
from garim_agent.feedtool import calling
from garim_agent.feedtool.app import app

GROUP = typer.main.get_command(app)


def test_ctrl_c_says_that_nothing_is_half_done(capsys):
    set_language("en")

    def stopped():
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as ended:
        calling.finish(stopped)
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == f"\n{calling.STOPPED}\n"


def test_options_that_were_not_read_are_a_defect():
    context = typer.Context(GROUP)
    with pytest.raises(TypeError):
        calling.session(context)


def test_what_was_said_becomes_a_session(tmp_path):
    context = typer.Context(GROUP)
    secret = tmp_path / "secret"
    secret.write_text("word")
    secret.chmod(0o600)
    context.obj = calling.Said(Path("w"), "jun", "k", Path("l"), secret)
    found = calling.session(context)
    assert (found.folder, found.who, found.key, found.library) == (Path("w"), "jun", "k", Path("l"))
    assert found.passwords("password") == "word"
