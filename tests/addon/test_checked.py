"""Plain values of hostile JSON: right, or a ValueError that names the field."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.checked import MAX_TEXT, checked, durations, mapping


@pytest.mark.parametrize(
    ("value", "kind", "result"),
    [
        ("a", str, "a"),
        ("", str, ""),
        (0, int, 0),
        ((1 << 31) - 1, int, (1 << 31) - 1),
        (1, float, 1.0),
        (0.5, float, 0.5),
        (True, bool, True),
    ],
)
def test_what_fits_is_returned(value, kind, result):
    found = checked(value, kind, "field")
    assert (found, type(found)) == (result, kind)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, str),
        (1, str),
        ("x" * (MAX_TEXT + 1), str),
        (True, int),
        (-1, int),
        (1 << 31, int),
        (1.0, int),
        ("1", int),
        (True, float),
        (1, bool),
        ([], str),
    ],
)
def test_anything_else_names_the_field(value, kind):
    with pytest.raises(ValueError, match="field"):
        checked(value, kind, "field")


@pytest.mark.parametrize("raw", [None, [], "x", 1])
def test_a_finding_is_an_object(raw):
    with pytest.raises(ValueError, match="not an object"):
        mapping(raw)


@pytest.mark.parametrize(
    "raw",
    [
        [],
        None,
        {"a": -1},
        {"a": float("nan")},
        {"a": 10**400},
        {"a": "1"},
        dict.fromkeys(range(33), 1),
    ],
)
def test_durations_are_few_and_finite(raw):
    with pytest.raises(ValueError):
        durations(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_nothing_but_a_value_error_is_raised(raw):
    for read in (mapping, durations, lambda value: checked(value, float, "f")):
        with contextlib.suppress(ValueError):
            read(json.loads(json.dumps(raw)))
