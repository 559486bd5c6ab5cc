"""What slots agree on; their life with real processes is in test_pool."""

from types import SimpleNamespace

import pytest

from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.jobs import JobQueue
from garim_addon.judge.slot import Shared, Slot, _behind
from garim_addon.verdict import FailureCause, Inspection

MB = 1 << 20


def shared(slots=0):
    common = Shared(
        config=WorkerConfig(),
        generation=str,
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
        slot.process = SimpleNamespace(alive=alive)
        slot.broken = cause
    assert common.broken() is broken


@pytest.mark.parametrize(
    ("asked", "answer", "behind"),
    [
        ({"lists": "g1"}, Inspection(lists="g1"), False),
        ({"lists": "g2"}, Inspection(lists="g1"), True),
        ({"lists": "g2"}, Inspection(), True),
        ({"lists": ""}, Inspection(), False),
        ({"op": "ping"}, b"", False),
    ],
)
def test_an_answer_by_other_lists_is_noticed(asked, answer, behind):
    assert _behind(SimpleNamespace(header=asked), answer) is behind
