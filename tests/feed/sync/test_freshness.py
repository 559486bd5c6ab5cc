"""Truth tables: how fresh a feed is, and from when its age is counted."""

from datetime import UTC, datetime, timedelta

import pytest

from garim_feed.sync.freshness import Freshness, freshness, published_at

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (-1000, Freshness.FRESH),
        (0, Freshness.FRESH),
        (23.99, Freshness.FRESH),
        (24, Freshness.STALE),
        (7 * 24 - 0.01, Freshness.STALE),
        (7 * 24, Freshness.OVERDUE),
        (10_000, Freshness.OVERDUE),
    ],
)
def test_freshness(hours, said):
    assert freshness(NOW - hours * HOUR, NOW) is said


def test_a_feed_that_was_never_fetched_is_not_fresh():
    assert freshness(None, NOW) is Freshness.NEVER


@pytest.mark.parametrize(
    ("signed", "expires", "seen", "published"),
    [
        # An ordinary timestamp: it lives a day from when it was made.
        (None, 24, 0, 0),
        (None, 14, 0, -10),
        # Its signer says when it was made.
        (-3, 100, 0, -3),
        (-3, 24, 0, -3),
        # A long-lived one is no younger than when it was first seen.
        (None, 10_000, 0, 0),
        (None, 10_000, -50, -50),
        # Nonsense makes nothing younger than its end, or than when it was seen.
        (500, 100, 0, 0),
        (500, -5, 0, -5),
    ],
)
def test_published_at(signed, expires, seen, published):
    made = None if signed is None else NOW + signed * HOUR
    assert published_at(made, NOW + expires * HOUR, NOW + seen * HOUR) == NOW + published * HOUR
