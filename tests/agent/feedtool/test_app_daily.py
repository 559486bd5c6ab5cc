"""What is typed reaches the command as it was meant."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from garim_agent.feedtool import deciding, drafting
from garim_agent.feedtool.app import app
from garim_agent.feedtool.session import Session
from garim_agent.feedtool.things import Wishes
from garim_feed.kinds import Effect, Kind

CALLS = [
    ("add host:a", drafting, "add", ("", ["host:a"], Wishes()), {}),
    (
        "add a b -l x --exact -r",
        drafting,
        "add",
        ("x", ["a", "b"], Wishes(exact=True, recursive=True)),
        {},
    ),
    (
        "add a --allow --expires 2099-01-01 --note n",
        drafting,
        "add",
        ("", ["a"], Wishes(effect=Effect.ALLOW, expires=date(2099, 1, 1), note="n")),
        {},
    ),
    (
        "add a --negative --tight 1 --wide 2",
        drafting,
        "add",
        ("", ["a"], Wishes(effect=Effect.NEGATIVE, tight=1, wide=2)),
        {},
    ),
    (
        "add a --kind host --params id,no",
        drafting,
        "add",
        ("", ["a"], Wishes(kind=Kind.HOST, parameters=("id", "no"))),
        {},
    ),
    (
        "add a --md5 --sha1",
        drafting,
        "add",
        ("", ["a"], Wishes(digests=(Kind.SHA256, Kind.SHA1, Kind.MD5))),
        {},
    ),
    (
        "remove a --kind md5 -r",
        drafting,
        "remove",
        ("", ["a"], Wishes(kind=Kind.MD5, recursive=True)),
        {},
    ),
    ("confirm a b", drafting, "confirm", ("", ["a", "b"]), {}),
    ("draft", drafting, "show", (), {"as_json": False}),
    ("draft --discard -l x", drafting, "discard", ("x",), {}),
    ("propose -m why", deciding, "propose", ("", "why"), {}),
    ("review", deciding, "review", (None,), {"everything": False, "as_json": False}),
    ("review 3 --all --json", deciding, "review", (3,), {"everything": True, "as_json": True}),
    ("approve 3", deciding, "approve", (3,), {"yes": False}),
    ("approve 3 --yes", deciding, "approve", (3,), {"yes": True}),
    ("withdraw 3 -m why", deciding, "withdraw", (3, "why"), {}),
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
