import hashlib
import time

import pytest

from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Direction
from garim_addon.record.entry import Event
from garim_addon.record.events import EventLog
from garim_addon.verdict import Inspection, Outcome, Reason, Verdict
from garim_agent.commands import check, why
from garim_agent.errors import UsageError
from garim_agent.folders import folders

BODY = b"the bytes of a picture"
ADDRESS = "https://site.example/a.png"
SHA256 = hashlib.sha256(BODY).hexdigest()


def event(ident, address=ADDRESS, sha256=SHA256):
    seen = Inspection(kind="image", format="png", width=64, height=48, frames=1, sha256=sha256)
    return Event(
        ident=ident,
        time=time.time(),
        direction=Direction.DOWNLOAD,
        address=address,
        host="site.example",
        mime="image/png",
        size=9,
        verdict=Verdict(Outcome.BLOCK, Reason.CLASSIFIER_SURE, seen),
        decision=Decision(Action.REPLACE, wanted=Action.REPLACE),
    )


@pytest.fixture
def events(garim_home):
    made = EventLog(folders().places().log)
    made.record(event("7K3M9Q"))
    for _ in range(5):
        made.record(event("000000", "https://site.example/b.png", "cd" * 32))
    made.close()


@pytest.mark.parametrize("subject", ["7K3M9Q", "7k3m9q", " 7k3-m9q ", ADDRESS])
def test_an_id_or_an_address_is_explained(events, capsys, subject):
    assert why.run(subject) == 0
    out = capsys.readouterr().out
    assert out.count("Event 7K3M9Q") == 1
    assert "classifier" in out.lower()


def test_a_file_is_found_by_its_content(events, capsys, tmp_path):
    file = tmp_path / "kept.png"
    file.write_bytes(BODY)
    assert why.run(str(file)) == 0
    assert "Event 7K3M9Q" in capsys.readouterr().out


def test_only_the_newest_of_many_are_told(events, capsys):
    why.run("https://site.example/b.png")
    assert capsys.readouterr().out.count("Event 000000") == why.SHOWN


def test_a_file_that_was_never_seen_is_judged_now(events, monkeypatch, tmp_path):
    asked = []

    def judge(targets, policy, *, as_json):
        asked.append((targets, policy, as_json))
        return 3

    monkeypatch.setattr(check, "run", judge)
    file = tmp_path / "new.png"
    file.write_bytes(b"never seen")
    assert why.run(str(file)) == 3
    assert asked == [([str(file)], None, False)]


@pytest.mark.parametrize(
    "subject", ["ZZZZZZ", "https://site.example/", "/no/such/file", "", "가림"]
)
def test_what_is_not_known_is_one_sentence(events, subject):
    with pytest.raises(UsageError, match="Nothing is known of"):
        why.run(subject)


def test_without_a_log_nothing_is_known(garim_home):
    with pytest.raises(UsageError, match="Nothing is known of"):
        why.run("7K3M9Q")
    assert not garim_home.exists()
