"""How old a feed's lists are: fresh, stale after a day, reported after a week.

Rules:
- Age is counted from a date that the feed's keys signed, never from when a server last answered: a
  replayed answer, or "nothing changed" from an attacker, makes nothing younger.
- That date is the newest timestamp's signed `published`; a timestamp without one counts as signed
  one day (the life of a timestamp) before it runs out. It is never later than when this machine
  first saw that timestamp, so that a long-lived one does not look fresh for as long as it lives.
- However old, the last good lists stay in force: an old list still blocks what it names.

Weakness: who can hold up the network can keep a feed looking fresh until its last timestamp is a
day old. Shorter is possible only with timestamps that are signed more often.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

STALE_AFTER = timedelta(hours=24)
REPORTED_AFTER = timedelta(days=7)
TIMESTAMP_LIFE = timedelta(days=1)
"""How long a timestamp lives where its signer does not say when it was made."""


class Freshness(StrEnum):
    """What is said of a feed; the value is the word in the status file, metrics and log."""

    NEVER = "never"
    FRESH = "fresh"
    STALE = "stale"
    OVERDUE = "overdue"


def freshness(published: datetime | None, now: datetime) -> Freshness:
    """Return how fresh a feed is.

    Args:
        published: Signed date of the newest verified timestamp, or `None` if there was none yet.
        now: The time, with its zone.
    """
    if published is None:
        return Freshness.NEVER
    age = now - published
    if age < STALE_AFTER:
        return Freshness.FRESH
    return Freshness.STALE if age < REPORTED_AFTER else Freshness.OVERDUE


def published_at(signed: datetime | None, expires: datetime, seen: datetime) -> datetime:
    """Return the date from which a timestamp's age is counted.

    Args:
        signed: The date that its signer put in it, if any.
        expires: Its signed end.
        seen: When this machine first saw it.
    """
    made = expires - TIMESTAMP_LIFE if signed is None else signed
    return min(made, expires, seen).astimezone(UTC)
