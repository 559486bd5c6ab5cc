"""What is typed reaches the command as it was meant."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from garim_agent.feedtool import proving, revoking, signing, standing, transfer
from garim_agent.feedtool.app import app
from garim_agent.feedtool.session import Session
from garim_agent.feedtool.things import Wishes
from garim_feed.kinds import Kind

EVERY = Wishes(digests=(Kind.SHA256, Kind.SHA1, Kind.MD5))

CALLS = [
    ("sign", signing, "sign", (), {"again": False}),
    ("sign --again", signing, "sign", (), {"again": True}),
    ("unstage", signing, "unstage", (), {}),
    ("publish", signing, "publish", (None,), {}),
    ("publish p", signing, "publish", (Path("p"),), {}),
    ("refresh p", signing, "refresh", (Path("p"),), {}),
    ("revoke", revoking, "show", (), {"as_json": False}),
    ("revoke --json", revoking, "show", (), {"as_json": True}),
    (
        "revoke a --now -m why --to p",
        revoking,
        "revoke",
        ("", ["a"], EVERY),
        {"now": True, "reason": "why", "folder": Path("p")},
    ),
    (
        "revoke a",
        revoking,
        "revoke",
        ("", ["a"], EVERY),
        {"now": False, "reason": "", "folder": None},
    ),
    ("status --json", standing, "show", (), {"as_json": True}),
    ("diff 1", proving, "diff", ("", 1, None), {"as_json": False}),
    ("diff 1 2 -l x --json", proving, "diff", ("x", 1, 2), {"as_json": True}),
    ("audit --check", proving, "audit", (), {"check_only": True, "as_json": False}),
    ("import f", transfer, "import_file", ("", Path("f"), ""), {"skip_bad": False}),
    (
        "import - -f hosts --skip-bad -l x",
        transfer,
        "import_file",
        ("x", Path("-"), "hosts"),
        {"skip_bad": True},
    ),
    ("export f -f rpz", transfer, "export_file", ("", Path("f"), "rpz"), {}),
    ("verify https://a --root r", proving, "check", ("https://a", Path("r")), {"as_json": False}),
    ("root p --out o", proving, "root", (Path("p"), Path("o")), {}),
    ("serve p --port 0", proving, "serve", (Path("p"), "127.0.0.1", 0), {}),
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
