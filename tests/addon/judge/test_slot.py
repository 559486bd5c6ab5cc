"""What slots agree on; their life with real processes is in test_pool."""

import pytest

from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.greeting import Ready
from garim_addon.judge.jobs import JobQueue
from garim_addon.judge.slot import Shared, Slot
from garim_addon.verdict import FailureCause

MB = 1 << 20


class Process:
    """Only what a slot looks at."""

    def __init__(self, *, rss=0, fresh=0, jobs=0, degraded="", alive=True):
        self.ready = Ready((), "1", degraded, fresh, ())
        self.rss, self.jobs, self.alive = rss, jobs, alive


def shared(slots=0):
    common = Shared(
        config=WorkerConfig(),
        command=(),
        spawn_timeout=1.0,
        recycle_jobs=10,
        recycle_rss=100 * MB,
        queue=JobQueue(limit=1, byte_limit=1),
    )
    common.slots = [Slot(common) for _ in range(slots)]
    return common


CRASH, MISSING = FailureCause.CRASH, FailureCause.MODEL_MISSING


@pytest.mark.parametrize(
    ("slots", "broken"),
    [
        ([], None),
        ([(False, None)], None),  # starting for the first time
        ([(False, CRASH)], CRASH),
        ([(False, CRASH), (False, None)], None),
        ([(False, CRASH), (True, None)], None),
        ([(False, CRASH), (True, MISSING)], None),
        ([(False, MISSING), (False, CRASH)], MISSING),
    ],
)
def test_broken_only_when_no_slot_can_work_or_will_soon(slots, broken):
    common = shared(len(slots))
    for slot, (alive, cause) in zip(common.slots, slots, strict=True):
        slot.process = Process(alive=alive)
        slot.broken = cause
    assert common.broken() is broken


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ({"rss": 50 * MB, "fresh": 40 * MB, "jobs": 9}, False),
        ({"rss": 50 * MB, "fresh": 40 * MB, "jobs": 10}, True),
        ({"rss": 101 * MB, "fresh": 40 * MB}, True),
        ({"rss": 130 * MB, "fresh": 120 * MB}, False),  # it cannot be smaller
        ({"rss": 160 * MB, "fresh": 120 * MB}, True),
        ({"degraded": "no model"}, True),
    ],
)
async def test_when_a_process_is_due_to_go(facts, due):
    assert Slot(shared())._is_due(Process(**facts)) is due


async def test_models_are_not_looked_for_again_at_once():
    slot = Slot(shared())
    process = Process(degraded="no model")
    slot._adopt(process)
    assert not slot._is_due(process)
