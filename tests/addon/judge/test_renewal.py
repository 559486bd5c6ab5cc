"""When a process is replaced on purpose, as a truth table and over time."""

import pytest

from garim_addon.judge.greeting import Ready
from garim_addon.judge.renewal import Renewal

MB = 1 << 20


class Process:
    """Only what is looked at."""

    def __init__(self, *, rss=0, fresh=0, jobs=0, degraded=""):
        self.ready = Ready((), degraded, fresh, ())
        self.rss, self.jobs = rss, jobs


def renewal():
    return Renewal(jobs=10, rss=100 * MB)


@pytest.mark.parametrize(
    ("facts", "behind", "due"),
    [
        ({"rss": 50 * MB, "fresh": 40 * MB, "jobs": 9}, False, False),
        ({"rss": 50 * MB, "fresh": 40 * MB, "jobs": 10}, False, True),
        ({"rss": 101 * MB, "fresh": 40 * MB}, False, True),
        ({"rss": 130 * MB, "fresh": 120 * MB}, False, False),  # it cannot be smaller
        ({"rss": 160 * MB, "fresh": 120 * MB}, False, True),
        ({"degraded": "no model"}, False, True),
        ({}, False, False),
        ({}, True, True),
    ],
)
def test_when_a_process_is_due_to_go(facts, behind, due):
    assert renewal().due(Process(**facts), 0.0, behind=behind) is due


def test_models_are_not_looked_for_again_at_once():
    one, process = renewal(), Process(degraded="no model")
    one.adopted(process, 100.0)
    assert not one.due(process, 104.9, behind=False)
    assert one.due(process, 105.0, behind=False)
    one.adopted(process, 105.0)
    assert not one.due(process, 114.9, behind=False)
    one.adopted(Process(), 120.0)
    one.adopted(process, 130.0)
    assert one.due(process, 135.0, behind=False)


def test_lists_that_nobody_can_open_do_not_cost_one_process_after_another():
    one, process = renewal(), Process()
    tries = [at for at in range(600) if one.due(process, float(at), behind=True)]
    assert tries[:4] == [0, 5, 15, 35]
    assert len(tries) < 10


def test_new_lists_each_minute_are_opened_each_minute():
    one, process = renewal(), Process()
    for minute in range(100):
        assert one.due(process, 60.0 * minute, behind=True)
        assert not one.due(process, 60.0 * minute + 1, behind=False)
