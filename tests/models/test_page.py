import numpy as np
import pytest
from models.build import fidelity, page
from models.build.fetch import pinned
from models.build.recipes import NSFW_MID, OPEN_NSFW


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (0.0, 1.0, 0),
        (0.24, 1.0, 0),
        (0.25, 0.79, 0),
        (0.25, 0.8, 1),
        (0.97, 0.0, 0),
        (0.98, 0.0, 1),
        (1.0, 1.0, 1),
    ],
)
def test_the_rule_of_the_cascade(first, second, wanted):
    scores = (np.array([value], np.float64) for value in (first, second))
    assert page.blocked(*scores, low=0.25, high=0.98, agree=0.8) == wanted


def measured(recipe):
    row = np.full((3, len(recipe.classes)), 1 / len(recipe.classes), np.float32)
    found = dict.fromkeys((fidelity.ORIGINAL, *fidelity.PATHS), row)
    return page.Measured(recipe, 150, found, {"int8": 2_000_000})


def test_scores_are_the_sum_of_the_unsafe_classes():
    assert measured(NSFW_MID).unsafe(fidelity.ORIGINAL) == pytest.approx([0.4] * 3)


def test_int8_alone_is_compared_on_the_same_tensor():
    one = measured(OPEN_NSFW)
    changed = dict(one.found)
    changed[fidelity.FLOAT_PREPARED] = changed[fidelity.INT8_PREPARED] = np.array(
        [[1, 0]] * 3, np.float32
    )
    other = page.Measured(OPEN_NSFW, 1, changed, {})
    assert other.row(fidelity.INT8_PREPARED).worst == 0
    assert other.row(fidelity.FLOAT_PREPARED).worst == 0.5


def test_the_page_has_every_part():
    counts = {one.package: 1 for one in pinned("pictures")}
    text = page.render([measured(NSFW_MID), measured(OPEN_NSFW)], counts)
    for part in ("## nsfw-mid", "## open-nsfw", "## False positives", "## Pictures", *counts):
        assert part in text
    assert len([line for line in text.splitlines() if line.startswith("| 0.")]) == 36


def test_the_manifests_tables_hold_what_was_measured():
    tables = measured(NSFW_MID).tables()
    assert tables["calibration"]["pictures"] == 150
    assert tables["fidelity"]["int8_top1"] == 1
    assert tables["fidelity"]["in_use_changed_low"] == 0
