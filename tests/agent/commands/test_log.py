import json
from datetime import datetime

import pytest

from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Direction
from garim_addon.record.entry import Event
from garim_addon.record.events import EventLog
from garim_addon.verdict import Inspection, Outcome, Reason, Verdict
from garim_agent.commands import log
from garim_agent.folders import folders

SEEN = Inspection(kind="image", format="png", width=64, height=48, frames=1, sha256="ab" * 32)


def event(number, outcome):
    reason = Reason.CLASSIFIER_SURE if outcome is Outcome.BLOCK else Reason.NOTHING_FOUND
    action = Action.REPLACE if outcome is Outcome.BLOCK else Action.PASS
    return Event(
        ident=f"00000{number}",
        time=1_700_000_000.0 + number,
        direction=Direction.DOWNLOAD,
        address="https://site.example/a.png",
        host="site.example",
        mime="image/png",
        size=9,
        verdict=Verdict(outcome, reason, SEEN),
        decision=Decision(action, wanted=action),
        waited=1.25,
    )


@pytest.fixture
def events(garim_home):
    # The log forgets after seven days, by this clock.
    made = EventLog(folders().places().log, clock=lambda: 1_700_000_100.0)
    for number in range(4):
        made.record(event(number, Outcome.BLOCK if number % 2 else Outcome.ALLOW))
    made.close()
    assert made.written == 4


def rows(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("count", "blocked", "numbers"),
    [(20, False, [3, 2, 1, 0]), (2, False, [3, 2]), (20, True, [3, 1]), (1, True, [3])],
)
def test_the_newest_come_first(events, capsys, count, blocked, numbers):
    assert log.run(count, blocked_only=blocked, as_json=True) == 0
    assert [row["id"] for row in rows(capsys)] == [f"00000{number}" for number in numbers]


def test_an_object_has_all_facts_and_a_time_with_its_zone(events, capsys):
    log.run(1, blocked_only=True, as_json=True)
    (row,) = rows(capsys)
    assert datetime.fromisoformat(row.pop("time")).timestamp() == 1_700_000_003.0
    assert row == {
        "id": "000003",
        "direction": "download",
        "address": "",
        "mime": "image/png",
        "format": "png",
        "width": 64,
        "height": 48,
        "outcome": "block",
        "reason": "classifier-sure",
        "action": "replace",
        "failure": None,
        "cached": False,
        "ms": 1.25,
    }


def test_for_people_there_is_a_table(events, capsys):
    assert log.run(20, blocked_only=False, as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if "png 64x48" in line]) == 4


@pytest.mark.parametrize("as_json", [True, False])
def test_an_empty_log_is_no_error(garim_home, capsys, as_json):
    assert log.run(20, blocked_only=False, as_json=as_json) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err == ("" if as_json else "The log is empty.\n")
    assert not garim_home.exists()
