"""docs/cli.md names every command, option, JSON field, reason and metric."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import Thresholds
from garim_addon.record.entry import Entry
from garim_addon.record.metrics import Metrics
from garim_addon.verdict import Inspection, ListMatch, Outcome, Reason, Score, Verdict
from garim_agent.cli import app
from garim_agent.commands import check, doctor, log
from garim_agent.commands.lists import status
from garim_agent.demo.report import Line, Report
from garim_agent.feedtool.app import app as feed_app
from garim_agent.judging import Judged
from garim_feed.convert.formats import FORMATS
from garim_feed.sync.freshness import Freshness
from garim_feed.sync.status import FeedStatus, ListStatus

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "cli.md").read_text("utf-8")
READMES = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.ko.md")]
COMMANDS = typer.main.get_command(app).commands
FEED = typer.main.get_command(feed_app)
SEEN = Inspection()
VERDICT = Verdict(Outcome.ALLOW, Reason.NOTHING_FOUND, SEEN)


def section(heading: str) -> set[str]:
    """The words in backticks under one heading."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", DOC, re.MULTILINE | re.DOTALL)
    assert found is not None
    return set(re.findall(r"`([^`]+)`", found[1]))


def entry() -> Entry:
    return Entry(
        ident="0GKST5",
        time=0.0,
        direction=Direction.DOWNLOAD,
        mime="image/png",
        size=1,
        outcome=Outcome.ALLOW,
        reason=Reason.NOTHING_FOUND,
        action=Action.PASS,
        wanted=Action.PASS,
        report=False,
        inspection=SEEN,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_all_three(command):
    assert f"## `garim {command}`" in DOC
    assert all(f"| `garim {command}" in readme for readme in READMES)


def options(command):
    """All options of a command and of the commands in it."""
    own = {
        option
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("-") and option not in {"--help", "--install-completion"}
    }
    return own.union(*(options(each) for each in getattr(command, "commands", {}).values())) - {
        "--show-completion"
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_named(command):
    assert options(COMMANDS[command]) <= section(f"`garim {command}`")


@pytest.mark.parametrize("command", COMMANDS["lists"].commands)
def test_every_command_of_lists_is_named(command):
    words = section("`garim lists`")
    assert any(each.startswith(f"garim lists {command}") for each in words)


def test_every_field_of_lists_is_named(tmp_path):
    words = section("`garim lists`")
    assert set(status.as_object(FeedStatus(name="a"), tmp_path)) <= words
    assert set(ListStatus.model_fields) <= words
    assert {each.value for each in Freshness} <= words


def test_every_option_of_the_feeds_program_is_named():
    assert options(FEED) <= section("`garim-feed`")


@pytest.mark.parametrize("command", FEED.commands)
def test_every_command_of_the_feeds_program_is_named(command):
    words = section("`garim-feed`")
    group = getattr(FEED.commands[command], "commands", {})
    for name in [f"{command} {each}" for each in group] or [command]:
        assert any(each == name or each.startswith(f"{name} ") for each in words), name


def test_every_format_is_named():
    assert set(FORMATS) <= section("`garim-feed`")


def test_every_field_of_check_is_named():
    judged = Judged(SEEN, VERDICT, Decision(Action.PASS), Thresholds(0.1, 0.2, 0.3), media=True)
    found = {field.name for kind in (ListMatch, Score) for field in fields(kind)}
    assert set(check.as_object("x", judged)) | found <= section("`garim check`")


def test_every_reason_is_named():
    assert {reason.value for reason in Reason} <= section("`garim check`")


def test_every_field_of_the_demo_is_named():
    summary = set(json.loads(Report((), listed_page=True).to_json()))
    assert summary | {field.name for field in fields(Line)} <= section("`garim demo`")


def test_every_field_of_the_log_is_named():
    assert set(log.as_object(entry())) <= section("`garim log`")


def test_every_field_of_the_doctor_is_named():
    assert {field.name for field in fields(doctor.Check)} <= section("`garim doctor`")


def test_every_metric_is_named_and_no_other():
    names = re.findall(r"^# TYPE (\w+)", Metrics().render().decode(), re.MULTILINE)
    wanted = {name for name in names if not name.endswith("_created")}
    assert {word for word in section("Metrics") if word.startswith("garim_")} == wanted
