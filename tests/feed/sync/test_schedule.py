"""A truth table: seconds until a feed is asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.sync.schedule import LONGEST, MAX_RETRY_AFTER, next_delay


@pytest.mark.parametrize(
    ("failures", "retry_after", "chance", "seconds"),
    [
        (0, None, 0.5, 60),
        (0, None, 0.0, 54),
        (0, None, 1.0, 66),
        (1, None, 0.5, 120),
        (2, None, 0.5, 240),
        (3, None, 0.5, 480),
        (4, None, 0.5, 900),
        (10**9, None, 0.5, 900),
        # A server may ask for more patience, not for less.
        (0, 0, 0.5, 60),
        (0, -5, 0.5, 60),
        (0, 10, 0.5, 60),
        (0, 600, 0.0, 600),
        (0, 600, 1.0, 660),
        (4, 60, 0.5, 900),
        # And not for so much that the lists are switched off.
        (0, 10**12, 0.0, 3600),
    ],
)
def test_next_delay(failures, retry_after, chance, seconds):
    assert next_delay(failures, retry_after, chance=chance) == pytest.approx(seconds)


def test_another_pace():
    assert next_delay(0, every=5, chance=0.5) == 5
    assert next_delay(0, every=2000, chance=0.5) == 2000


@given(st.integers(0, 10**6), st.none() | st.floats(-1e9, 1e18))
def test_it_is_never_at_once_and_never_for_ever(failures, retry_after):
    assert 54 <= next_delay(failures, retry_after) <= max(LONGEST, MAX_RETRY_AFTER) * 1.1
