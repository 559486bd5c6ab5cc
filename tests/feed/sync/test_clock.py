"""A truth table: when the clock is said to be wrong, and how."""

from datetime import UTC, datetime, timedelta

import pytest

from garim_feed.sync.clock import wrong_clock

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("floor", "server", "words"),
    [
        (None, None, ""),
        (-400, None, ""),
        (0, 0, ""),
        (1, 1, ""),
        (None, -1, ""),
        (None, -1.1, "seems to be 1 hours fast"),
        (None, -72, "seems to be 72 hours fast"),
        (None, 1.1, "seems to be 1 hours slow"),
        (None, 30, "seems to be 30 hours slow"),
        (2, None, "at least 2 hours slow"),
        # A signed date is certain, whatever a server says.
        (48, 0, "at least 48 hours slow"),
        (48, -100, "at least 48 hours slow"),
        (-1000, -100, "seems to be 100 hours fast"),
    ],
)
def test_wrong_clock(floor, server, words):
    def hours(number):
        return None if number is None else NOW + timedelta(hours=number)

    error = wrong_clock(NOW, floor=hours(floor), server=hours(server))
    assert words in str(error or "")
    assert (error is None) == (not words)
