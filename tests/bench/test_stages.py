import pytest
from bench import stages

from garim_addon.verdict import FailureCause, Inspection


class Inspector:
    def __init__(self, found):
        self._found = found

    def judge(self, body):
        return self._found


def test_each_step_has_its_median_over_the_judgements_that_had_it():
    found = stages.medians([{"decode": 1.0, "stage2": 9.0}, {"decode": 3.0}, {"decode": 2.0}])
    assert found == {"decode": 2.0, "stage2": 9.0}


def test_a_judgement_gives_its_steps_and_the_whole():
    found = stages.judged(Inspector(Inspection(steps={"decode": 4.0})), b"")
    assert found["decode"] == 4.0
    assert set(found) == {"decode", "wall", "cpu"}


def test_a_picture_that_could_not_be_judged_is_not_measured():
    broken = Inspector(Inspection(failure=FailureCause.TIMEOUT, detail="late"))
    with pytest.raises(ValueError, match="timeout late"):
        stages.judged(broken, b"")
