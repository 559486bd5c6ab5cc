"""The day from which an entry no longer counts, as files say it.

Rules:
- Days are UTC. An entry that has expired already is refused. A day after 2149-06-06, the last that
  a list can say, is never.
"""

from datetime import UTC, date, datetime, timedelta

from garim_feed.convert.rows import excerpt
from garim_feed.errors import FeedError
from garim_feed.kinds import day_number

_LAST_DAY = 65_535


def of_day(text: str) -> date | None:
    """Return the day that `YYYY-MM-DD` says; nothing said is never.

    Raises:
        FeedError: It is no date, or past.
    """
    if not text:
        return None
    try:
        return _checked(date.fromisoformat(text))
    except ValueError:
        raise FeedError("{text} is not a date like 2030-12-31.", text=excerpt(text)) from None


def of_moment(text: str) -> date | None:
    """Return the first day that starts at or after a moment, such as `2030-12-31T12:00:00Z`.

    Raises:
        FeedError: It is no moment, or past.
    """
    when = moment(text)
    late = when - when.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return _checked((when + timedelta(days=bool(late))).date())
    except OverflowError:
        return None


def moment(text: str) -> datetime:
    """Return a moment in UTC.

    Raises:
        FeedError: It is none.
    """
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FeedError("{text} is not a time.", text=excerpt(text)) from None


def _checked(day: date) -> date | None:
    if day <= datetime.now(UTC).date():
        raise FeedError("The entry expired on {date}.", date=day)
    return day if day_number(day) <= _LAST_DAY else None
