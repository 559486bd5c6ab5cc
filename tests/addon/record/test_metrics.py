"""Each figure is counted under its labels and rendered; nothing else is exported."""

import pytest
import sample_events as sample

from garim_addon.record.metrics import BUCKETS_MS, CONTENT_TYPE, CacheError, Metrics, Path
from garim_addon.verdict import FailureCause


@pytest.fixture
def metrics():
    return Metrics()


def lines(metrics):
    text = metrics.render().decode()
    return dict(
        line.rsplit(" ", 1)
        for line in text.splitlines()
        if not line.startswith("#") and "_created" not in line
    )


def test_verdicts_are_counted_by_outcome_reason_and_action(metrics):
    event = sample.event()
    metrics.judged(event.verdict, event.decision)
    metrics.judged(event.verdict, event.decision)
    key = 'action="replace",outcome="block",reason="classifier-sure",wanted="replace"'
    assert lines(metrics)[f"garim_judged_total{{{key}}}"] == "2.0"


@pytest.mark.parametrize("cause", FailureCause)
def test_failures_are_counted_by_cause(metrics, cause):
    event = sample.failed(cause)
    assert lines(metrics)[f'garim_failures_total{{cause="{cause}"}}'] == "0.0"
    metrics.judged(event.verdict, event.decision)
    assert lines(metrics)[f'garim_failures_total{{cause="{cause}"}}'] == "1.0"


@pytest.mark.parametrize(("hit", "label"), [(True, "hit"), (False, "miss")])
def test_cache_look_ups_are_counted(metrics, hit, label):
    metrics.cache(hit=hit)
    found = lines(metrics)
    assert found[f'garim_cache_total{{result="{label}"}}'] == "1.0"


@pytest.mark.parametrize("cause", CacheError)
def test_failures_of_the_cache_are_counted_by_cause(metrics, cause):
    assert lines(metrics)[f'garim_cache_errors_total{{cause="{cause}"}}'] == "0.0"
    metrics.cache_failed(cause, 3)
    assert lines(metrics)[f'garim_cache_errors_total{{cause="{cause}"}}'] == "3.0"


@pytest.mark.parametrize("path", Path)
def test_latency_is_a_histogram_for_each_way(metrics, path):
    metrics.latency(path, 3.0)
    found = lines(metrics)
    assert found[f'garim_latency_ms_sum{{path="{path}"}}'] == "3.0"
    assert found[f'garim_latency_ms_bucket{{le="2.0",path="{path}"}}'] == "0.0"
    assert found[f'garim_latency_ms_bucket{{le="5.0",path="{path}"}}'] == "1.0"
    assert 800 in BUCKETS_MS


def test_the_other_figures(metrics):
    metrics.buffered.set(7)
    metrics.queue.set(3)
    metrics.workers.set(2)
    metrics.restarts.inc()
    metrics.recycles.inc()
    metrics.policy_errors.inc()
    metrics.events_dropped("disk", 5)
    metrics.exception("response")
    found = lines(metrics)
    expected = {
        "garim_buffered_bytes": "7.0",
        "garim_queue_length": "3.0",
        "garim_workers_alive": "2.0",
        "garim_worker_restarts_total": "1.0",
        "garim_worker_recycles_total": "1.0",
        "garim_policy_reload_errors_total": "1.0",
        'garim_events_dropped_total{cause="disk"}': "5.0",
        'garim_hook_exceptions_total{hook="response"}': "1.0",
    }
    assert {name: found[name] for name in expected} == expected


def test_two_hosts_count_apart_and_only_our_own_figures_are_exported(metrics):
    other = Metrics()
    other.restarts.inc()
    found = lines(metrics)
    assert found["garim_worker_restarts_total"] == "0.0"
    assert all(name.startswith("garim_") for name in found)
    assert CONTENT_TYPE.startswith("text/plain; version=0.0.4")


def test_no_address_or_content_is_exported(metrics):
    event = sample.event(match=sample.MATCH)
    metrics.judged(event.verdict, event.decision)
    text = metrics.render().decode()
    assert "secret-site" not in text
    assert sample.SHA not in text
    assert sample.MATCH.entry not in text
