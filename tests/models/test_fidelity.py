import numpy as np
import pytest
from models.build import fidelity
from PIL import Image

from garim_models.manifest import Thresholds

LIMITS = Thresholds(gate=0.1, low=0.3, high=0.9)


def compared(found, wanted):
    return fidelity.compare(
        "p", np.array(found, np.float32), np.array(wanted, np.float32), [1], LIMITS
    )


def test_equal_scores_change_nothing():
    row = compared([[0.4, 0.6]], [[0.4, 0.6]])
    assert (row.top1, row.mean, row.p99, row.worst, row.score) == (1, 0, 0, 0, 0)
    assert row.decisions == {"gate": 0, "low": 0, "high": 0}
    assert row.shippable


def test_changes_are_counted_at_each_threshold():
    row = compared([[0.95, 0.05], [0.8, 0.2], [0.5, 0.5]], [[0.8, 0.2], [0.6, 0.4], [0.05, 0.95]])
    assert row.decisions == {"gate": 1, "low": 1, "high": 1}
    assert row.pictures == 3
    assert row.worst == pytest.approx(0.45)


def test_a_score_on_the_threshold_is_over_it():
    row = compared([[0.5, 0.5]], [[0.5, 0.5]])
    assert row.decisions["low"] == 0
    assert compared([[0.7, 0.3]], [[0.71, 0.29]]).decisions["low"] == 1


@pytest.mark.parametrize(
    ("same", "change", "wanted"), [(100, 0.1, True), (98, 0.1, False), (100, 0.2, False)]
)
def test_what_may_be_shipped(same, change, wanted):
    theirs = np.tile([0.9, 0.1], (100, 1))
    ours = theirs.copy()
    ours[:10] += [-change, change]
    ours[same:] = [0.4, 0.6]
    theirs[same:] = [0.51, 0.49]
    assert compared(ours, theirs).shippable is wanted


def test_the_table_has_a_line_for_each_row():
    lines = fidelity.table([compared([[0.4, 0.6]], [[0.4, 0.6]])] * 2).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1


def test_only_jpeg_is_scaled_while_decoding_and_never_below_the_short_side(tmp_path):
    for kind, wanted in (("jpg", (256, 512, 3)), ("png", (1024, 2048, 3))):
        Image.new("RGB", (2048, 1024)).save(tmp_path / f"a.{kind}")
        assert fidelity.decoded(tmp_path / f"a.{kind}", scale=True).shape == wanted
        assert fidelity.decoded(tmp_path / f"a.{kind}", scale=False).shape == (1024, 2048, 3)
