"""What is typed reaches the command as it was meant."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from garim_agent.feedtool import keys
from garim_agent.feedtool.app import app
from garim_agent.feedtool.keys import Source
from garim_agent.feedtool.session import Session

CALLS = [
    ("key new n --out o", keys, "new", ("n", Path("o")), {}),
    ("key new n", keys, "new", ("n", Path()), {}),
    ("key import n f", keys, "take", ("n", Path(), Source(file=Path("f"))), {}),
    (
        "key import n --token t --number 3 --label l",
        keys,
        "take",
        ("n", Path(), Source(token=Path("t"), number=3, label="l")),
        {},
    ),
    ("key import n --cloud c:d", keys, "take", ("n", Path(), Source(cloud="c:d")), {}),
    ("key list", keys, "show", ([],), {"as_json": False}),
    ("key list a b --json", keys, "show", ([Path("a"), Path("b")],), {"as_json": True}),
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
