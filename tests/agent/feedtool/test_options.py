from typing import get_args

import pytest
import typer

from garim_agent.feedtool import options

SHARED = [name for name in vars(options) if name[0].isupper() and get_args(vars(options)[name])]


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_option_says_what_it_is(name):
    _kind, said = get_args(vars(options)[name])
    assert said.help


def test_a_group_without_a_command_shows_its_help():
    group = options.group("Words.")
    group.command("one")(lambda: None)
    group.command("two")(lambda: None)
    command = typer.main.get_command(group)
    assert (command.no_args_is_help, command.help) == (True, "Words.")
