"""What is in force and how fresh it is, read from what was written."""

import json
from datetime import timedelta

import pytest

from garim_addon.private_files import write
from garim_agent import lists

FIELDS = {
    *("name", "url", "fingerprint", "title", "published", "checked", "changed", "problem", "clock"),
    *("refused", "lists", "freshness", "well", "bytes", "problems", "received", "accepted"),
}


def test_without_feeds_that_is_said(call):
    done = call("status")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No feed is followed" in done.stderr
    found = json.loads(call("status", "--json").stdout)
    assert found == {"well": True, "feeds": [], "quarantined": []}


def test_a_feed_in_words(run, followed):
    out = run("status")
    assert out.startswith(f"national: National list ({followed.published.as_uri()})\n")
    assert "  state: fresh\n" in out
    assert "  on disk: " in out
    line = next(line for line in out.splitlines() if line.startswith("  ncii"))
    assert line.split() == ["ncii", "1", "2", "0", "ncii", "Media", "Commission"]


def test_a_feed_as_values(run, followed):
    found = json.loads(run("status", "--json"))
    assert found["well"]
    (feed,) = found["feeds"]
    assert set(feed) >= FIELDS
    assert (feed["freshness"], feed["well"], feed["problems"]) == ("fresh", True, [])
    assert feed["bytes"] > 1000
    assert feed["lists"][0]["entries"] == {"host": 1, "address": 1}


@pytest.mark.parametrize("case", [(2, "stale", "STALE"), (8, "overdue", "OVERDUE")])
def test_an_old_feed_is_not_well(call, followed, monkeypatch, case):
    days, freshness, words = case
    later = lists.now() + timedelta(days=days)
    monkeypatch.setattr(lists, "now", lambda: later)
    done = call("status")
    assert done.exit_code == 2
    assert f"  state: {words}" in done.stdout
    assert json.loads(call("status", "--json").stdout)["feeds"][0]["freshness"] == freshness


def test_a_problem_is_shown(call, followed):
    segment = followed.published / "metadata" / "timestamp.json"
    segment.write_text("{}")
    assert call("sync").exit_code == 2
    done = call("status")
    assert done.exit_code == 2
    assert "  ! " in done.stdout
    assert "  ncii" in done.stdout


def test_quarantined_entries_are_shown(run, garim_home):
    held = {
        "feed": "national",
        "list": "ncii",
        "entry": "image-0123456789abcdef",
        "added": "2026-11-01",
        "since": "2026-11-20",
    }
    (garim_home / "state").mkdir(mode=0o700, parents=True)
    file = garim_home / "state" / "quarantine.json"
    write(file, json.dumps({"format": 1, "entries": [held]}).encode())
    assert "Reported only since 2026-11-20: image-0123456789abcdef of ncii" in run("status")
    assert json.loads(run("status", "--json"))["quarantined"] == [held]
