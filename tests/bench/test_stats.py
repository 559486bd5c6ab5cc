import math

import pytest
from bench.stats import Aim, Rounds, percentile, ratio
from hypothesis import given
from hypothesis import strategies as st

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


def test_rounds_keep_order_and_know_middle_and_least():
    rounds = Rounds.of([3.0, 1.0, 2.0])
    assert rounds.values == (3.0, 1.0, 2.0)
    assert (rounds.median, rounds.least) == (2.0, 1.0)


def test_rounds_of_nothing_are_refused():
    with pytest.raises(ValueError, match="no rounds"):
        Rounds.of([])


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (1, 1), (50, 50), (95, 95), (99, 99), (100, 100)]
)
def test_percentile_is_the_nearest_rank(percent, expected):
    assert percentile(list(range(100, 0, -1)), percent) == expected


@given(values, st.floats(0, 100))
def test_percentile_is_a_measured_value_that_so_many_do_not_exceed(measured, percent):
    found = percentile(measured, percent)
    assert found in measured
    assert sum(each <= found for each in measured) / len(measured) * 100 >= percent - 1e-9


@pytest.mark.parametrize(("measured", "percent"), [([], 50), ([1.0], -1), ([1.0], 101)])
def test_percentile_refuses_what_it_cannot_answer(measured, percent):
    with pytest.raises(ValueError, match="percentile"):
        percentile(measured, percent)


def test_ratio_without_a_base_is_no_number():
    assert ratio(3, 2) == 1.5
    assert math.isnan(ratio(3, 0))


@pytest.mark.parametrize(
    ("bound", "measured", "at_least", "met", "outcome"),
    [
        (0.6, 0.6, False, True, "met"),
        (0.6, 0.75, False, False, "missed by 25 %"),
        (3.0, 3.0, True, True, "met"),
        (3.0, 2.4, True, False, "missed by 20 %"),
        (120, 120.1, False, False, "missed by 1 %"),
        (3.0, None, True, None, "not measured"),
        (3.0, math.nan, True, None, "not measured"),
    ],
)
def test_an_aim_says_whether_it_is_met_and_by_how_much_not(bound, measured, at_least, met, outcome):
    aim = Aim("x", bound, measured, at_least=at_least)
    assert aim.met is met
    assert aim.outcome == outcome
