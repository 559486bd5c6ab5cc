"""The figures of this moment: each growth is added once."""

from collections import Counter
from types import SimpleNamespace

import pytest

from garim_addon.judge.cache_writer import CacheStats
from garim_addon.judge.pool_stats import PoolStats
from garim_addon.media.budget import Budget
from garim_addon.record.figures import Figures
from garim_addon.record.metrics import Metrics
from garim_addon.verdict import FailureCause
from garim_feed.sync.freshness import Freshness


def stats(**changes):
    plain = {
        "size": 2,
        "alive": 2,
        "busy": 0,
        "queued": 0,
        "queue_longest": 0,
        "jobs": {},
        "failures": {},
        "restarts": 0,
        "recycles": 0,
        "rss": (),
        "start_failure": "",
        "degraded": "",
        "models": (),
        "sandbox": (),
    }
    return PoolStats(**(plain | changes))


class World:
    def __init__(self):
        self.pool = SimpleNamespace(stats=stats())
        self.cache = SimpleNamespace(stats=CacheStats())
        self.index = SimpleNamespace(failures=0)
        self.quarantine = SimpleNamespace(entries=())
        self.staleness = SimpleNamespace(counts=Counter())
        self.budget = Budget(100)
        self._figures = Figures(
            Metrics(),
            pool=self.pool,
            cache=self.cache,
            budget=self.budget,
            index=self.index,
            quarantine=self.quarantine,
            staleness=self.staleness,
        )

    def figure(self, name):
        for line in self._figures.render().decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        return None


@pytest.fixture
def world():
    return World()


def test_gauges_are_of_this_moment(world):
    world.budget.reserve(70)
    world.quarantine.entries = ("one", "two")
    world.pool.stats = stats(queued=3, alive=1)
    world.staleness.counts = Counter({Freshness.OVERDUE: 1, Freshness.FRESH: 2})
    assert world.figure("garim_buffered_bytes") == 70
    assert world.figure("garim_quarantined_entries") == 2
    assert world.figure("garim_queue_length") == 3
    assert world.figure("garim_workers_alive") == 1
    assert world.figure('garim_feeds{freshness="overdue"}') == 1
    assert world.figure('garim_feeds{freshness="fresh"}') == 2
    assert world.figure('garim_feeds{freshness="stale"}') == 0
    world.staleness.counts, world.quarantine.entries = Counter(), ()
    assert world.figure('garim_feeds{freshness="overdue"}') == 0
    assert world.figure("garim_quarantined_entries") == 0


def test_what_grew_is_added_once(world):
    failures = {FailureCause.LIST_STALE: 4, FailureCause.CRASH: 9}
    world.pool.stats = stats(restarts=2, recycles=3, failures=failures)
    world.index.failures = 1
    world.cache.stats.write_errors = 5
    for _ in range(2):
        assert world.figure("garim_worker_restarts_total") == 2
        assert world.figure("garim_worker_recycles_total") == 3
        assert world.figure("garim_lists_behind_total") == 4
        assert world.figure("garim_list_errors_total") == 1
        assert world.figure('garim_cache_errors_total{cause="write"}') == 5
        assert world.figure('garim_cache_errors_total{cause="queue"}') == 0
    world.index.failures = 3
    assert world.figure("garim_list_errors_total") == 3
