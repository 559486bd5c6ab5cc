"""The whole matrix as a table."""

import pytest

from garim_addon.decide.fail_matrix import preset
from garim_addon.verdict import FailureCause

OPEN = {
    "timeout": ("pass", "pass"),
    "crash": ("pass", "pass"),
    "too-large": ("pass", "pass"),
    "undecodable": ("pass", "pass"),
    "partial": ("replace", "refuse"),
    "overloaded": ("pass", "pass"),
    "model-missing": ("pass", "pass"),
    "list-stale": ("report", "report"),
    "internal": ("pass", "pass"),
}
CLOSED = dict.fromkeys(OPEN, ("replace", "refuse")) | {"list-stale": ("report", "report")}


@pytest.mark.parametrize(("closed", "table"), [(False, OPEN), (True, CLOSED)])
def test_every_cause_has_its_action(closed, table):
    matrix = preset(closed=closed)
    assert set(table) == {cause.value for cause in FailureCause}
    assert {c: (matrix["download"][c], matrix["upload"][c]) for c in table} == table
