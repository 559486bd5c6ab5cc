"""The rules of `settle` for any figures."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.decide.thresholds import CEILING, MAX_SHIFT, OFF, ModelDefaults, settle
from garim_addon.judge.confirm import Thresholds, confirm
from garim_addon.verdict import Inspection, Outcome, Score

P = st.floats(0, 1)
MAYBE = st.none() | P
DEFAULTS = ModelDefaults(low=0.3, high=0.9, agree=0.6, gate=0.05)


@given(
    st.builds(ModelDefaults, P, P, P, P),
    st.fixed_dictionaries({"low": MAYBE, "high": MAYBE, "agree": MAYBE, "shift": st.floats()}),
)
def test_order_gate_and_bounds_hold_for_any_figures(defaults, mine):
    result = settle(defaults, **mine)
    assert defaults.gate <= result.low <= result.high <= 1
    assert 0 <= result.agree <= 1
    asked = defaults.agree if mine["agree"] is None else mine["agree"]
    assert abs(result.agree - asked) <= MAX_SHIFT + 1e-9


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (0.0, (0.3, 0.9, 0.6)),
        (0.1, (0.4, CEILING, 0.7)),
        (-0.1, (0.2, 0.8, 0.5)),
        (9.0, (0.45, CEILING, 0.75)),
        (-9.0, (0.15, 0.75, 0.45)),
        (math.nan, (0.3, 0.9, 0.6)),
        (math.inf, (0.3, 0.9, 0.6)),
    ],
)
def test_a_zone_moves_all_three_by_a_bounded_amount(shift, expected):
    result = settle(DEFAULTS, shift=shift)
    assert (result.low, result.high, result.agree) == pytest.approx(expected)


def test_policy_stands_before_the_manifest():
    assert settle(DEFAULTS, low=0.2, high=0.8, agree=0.5) == Thresholds(0.2, 0.8, 0.5)


def test_low_cannot_fall_below_the_gate_nor_rise_above_high():
    assert settle(DEFAULTS, low=0.0).low == DEFAULTS.gate
    assert settle(DEFAULTS, low=0.95) == Thresholds(0.95, 0.95, 0.6)


def test_a_figure_above_the_ceiling_stays_where_policy_put_it():
    assert settle(DEFAULTS, high=1.0, shift=0.15).high == 1.0


def test_no_score_reaches_a_disabled_classifier():
    certain = Inspection(scores=(Score("a", "1", 1, 1.0), Score("b", "1", 2, 1.0)))
    assert confirm(certain, OFF).outcome is Outcome.ALLOW
