"""The snapshot is a snapshot: it does not change with the pool."""

import dataclasses

import pytest

from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.pool import InspectorPool
from garim_addon.judge.pool_stats import PoolStats


async def test_a_snapshot_stays_as_it_was():
    pool = InspectorPool(WorkerConfig(), size=3)
    before = pool.stats
    await pool.ping()
    assert before.jobs == {}
    assert pool.stats.jobs == {"ping": 1}
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.alive = 3


def test_a_pool_that_was_not_started_has_nothing():
    stats = InspectorPool(WorkerConfig(), size=3).stats
    assert (stats.size, stats.alive, stats.busy, stats.rss) == (3, 0, 0, ())
    assert isinstance(stats, PoolStats)
