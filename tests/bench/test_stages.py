from pathlib import Path

import pytest
from bench import stages
from bench.driver import Spent

PICTURE = Path("picture.jpeg")


class Answering:
    """A driver that always says the same."""

    def __init__(self, **said):
        self._said = said

    def judge(self, picture, count):
        assert (picture, count) == (PICTURE, 1)
        return Spent(cpu=5.0, wall=6.0, said=self._said)


def test_each_step_has_its_median_over_the_judgements_that_had_it():
    found = stages.medians([{"decode": 1.0, "stage2": 9.0}, {"decode": 3.0}, {"decode": 2.0}])
    assert found == {"decode": 2.0, "stage2": 9.0}


def test_a_judgement_gives_its_steps_and_the_whole():
    found = stages.judged(Answering(failure=None, steps={"decode": 4.0}), PICTURE)
    assert found == {"decode": 4.0, "cpu": 5.0, "wall": 6.0}


def test_a_picture_that_could_not_be_judged_is_not_measured():
    with pytest.raises(ValueError, match="not judged: timeout"):
        stages.judged(Answering(failure="timeout", steps={}), PICTURE)


def test_the_table_leaves_out_stages_that_did_not_run(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(bytes(2600))
    steps = {"decode": 4.0, "hash": 1.0, "match": 0.5, "stage1": 9.0, "wall": 15.0, "cpu": 14.0}
    table = stages._table({("1 MP", "jpeg"): steps}, {("1 MP", "jpeg"): path})
    assert table.rows == (("1 MP jpeg", 3, 4.0, 1.0, 0.5, 9.0, None, 15.0, 14.0),)
    assert len(table.columns) == len(table.rows[0])
