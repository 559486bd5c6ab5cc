import logging
import re

import pytest

from garim_addon.decide.action import Action, Decision
from garim_addon.decide.settings import Log
from garim_addon.exchange import Request
from garim_addon.judge.confirm import Thresholds
from garim_addon.record.events import EventLog
from garim_addon.record.ident import ALPHABET, LENGTH
from garim_addon.record.metrics import Metrics
from garim_addon.record.reader import EventReader
from garim_addon.record.recorder import Recorder
from garim_addon.verdict import FailureCause, Inspection, Outcome, Reason, Verdict

REQUEST = Request("GET", "https", "img.site.example", 443, "/a.png?q=1", {})
SEEN = Inspection(kind="image", format="png", width=9, height=9, frames=1, sha256="ab" * 32)
BLOCK = Verdict(Outcome.BLOCK, Reason.CLASSIFIER_SURE, SEEN)
FAILED = Verdict(
    Outcome.UNCONFIRMED,
    Reason.FAILED,
    Inspection(failure=FailureCause.TIMEOUT),
    failure=FailureCause.TIMEOUT,
)
REPLACED = Decision(Action.REPLACE, wanted=Action.REPLACE)
PASSED = Decision(Action.PASS)


@pytest.fixture
def events(tmp_path):
    log = EventLog(tmp_path)
    yield log
    log.close()


@pytest.fixture
def recorder(events):
    return Recorder(events, Metrics(), lambda: {"policy": "p1"})


def figure(recorder, line):
    """The value of a metric's line, 0 when it is not there."""
    for each in recorder.metrics.render().decode().splitlines():
        if each.startswith(line + " "):
            return float(each.rpartition(" ")[2])
    return 0.0


def kept(events, tmp_path):
    events.close()
    return EventReader(tmp_path).recent()


def test_a_decision_is_an_event_with_its_facts(recorder, events, tmp_path):
    limits = Thresholds(0.3, 0.9, 0.6)
    ident = recorder.decided(
        REQUEST, BLOCK, REPLACED, thresholds=limits, mime="image/png", size=77, waited=12.5
    )
    assert len(ident) == LENGTH
    assert set(ident) <= set(ALPHABET)
    (entry,) = kept(events, tmp_path)
    assert (entry.ident, entry.outcome, entry.reason) == (ident, BLOCK.outcome, BLOCK.reason)
    assert (entry.action, entry.mime, entry.size, entry.waited) == (
        "replace",
        "image/png",
        77,
        12.5,
    )
    assert entry.thresholds == limits
    assert entry.versions == {"policy": "p1"}
    assert entry.address == ""
    reader = EventReader(tmp_path)
    assert [e.ident for e in reader.by_address(REQUEST.address)] == [ident]
    assert [e.ident for e in reader.by_content("ab" * 32)] == [ident]


@pytest.mark.parametrize(
    ("verdict", "facts", "path", "hit"),
    [
        (BLOCK, {"size": 9, "cached": False}, "judged", "miss"),
        (BLOCK, {"size": 9, "cached": True}, "cached", "hit"),
        (FAILED, {"size": 9}, "failed", None),
        (FAILED, {}, "failed", None),
        (BLOCK, {}, None, None),
    ],
)
def test_each_decision_is_counted_on_its_way(recorder, verdict, facts, path, hit):
    recorder.decided(REQUEST, verdict, REPLACED, waited=3.0, **facts)
    for each in ("judged", "cached", "failed", "streamed"):
        count = figure(recorder, f'garim_latency_ms_count{{path="{each}"}}')
        assert count == (each == path)
    for each in ("hit", "miss"):
        assert figure(recorder, f'garim_cache_total{{result="{each}"}}') == (each == hit)
    failures = figure(recorder, 'garim_failures_total{cause="timeout"}')
    assert failures == (verdict is FAILED)
    judged = re.compile(r"garim_judged_total\{.*\} 1\.0")
    assert len(judged.findall(recorder.metrics.render().decode())) == 1


def test_one_content_on_one_site_has_one_id(recorder):
    def ident(host="img.site.example", path="/a", verdict=BLOCK):
        request = Request("GET", "https", host, 443, path, {})
        return recorder.decided(request, verdict, REPLACED)

    first = ident()
    assert ident(path="/b") == ident(host="www.site.example") == first
    assert ident(host="other.example") != first
    # Without a digest the address stands for the content.
    assert ident(verdict=FAILED) != ident(path="/b", verdict=FAILED)


def test_a_changed_log_policy_holds_from_now_on(recorder, events, tmp_path):
    recorder.decided(REQUEST, BLOCK, REPLACED)
    events.flush()
    recorder.configure(Log(plain_addresses=True))
    recorder.decided(REQUEST, BLOCK, PASSED)
    newest, oldest = kept(events, tmp_path)
    assert (newest.address, oldest.address) == (REQUEST.address, "")


def test_refused_policies_and_failed_hooks_are_counted(recorder, caplog):
    recorder.policy_refused()
    with caplog.at_level(logging.ERROR):
        recorder.hook_failed("response", RuntimeError("secret of a user"))
    assert figure(recorder, "garim_policy_reload_errors_total") == 1
    assert figure(recorder, 'garim_hook_exceptions_total{hook="response"}') == 1
    assert "response" in caplog.text


def test_a_closed_log_does_not_touch_an_exchange(recorder, events):
    events.close()
    assert len(recorder.decided(REQUEST, BLOCK, REPLACED)) == LENGTH


@pytest.mark.parametrize(
    ("decision", "report"),
    [
        (Decision(Action.PASS, report=True, wanted=Action.REPORT), True),
        (Decision(Action.REPLACE, wanted=Action.REPLACE), False),
    ],
)
def test_lists_that_became_too_old_are_an_event_of_their_own(
    recorder, events, tmp_path, decision, report
):
    recorder.overdue("kr", decision)
    assert figure(recorder, 'garim_failures_total{cause="list-stale"}') == 1
    (entry,) = kept(events, tmp_path)
    assert (entry.failure, entry.report) == (FailureCause.LIST_STALE, report)
    assert entry.inspection.detail == "feed kr"
    assert (entry.address, entry.address_digest, entry.host_digest) == ("", "", "")


def test_other_lists_and_streams_are_counted(recorder):
    recorder.lists_changed()
    recorder.decided(REQUEST, BLOCK, REPLACED, size=9, streamed=True)
    assert figure(recorder, "garim_list_reloads_total") == 1
    assert figure(recorder, 'garim_latency_ms_count{path="streamed"}') == 1
    assert figure(recorder, 'garim_cache_total{result="miss"}') == 0
