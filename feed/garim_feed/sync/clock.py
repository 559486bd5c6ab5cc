"""Is this machine's clock right? Signed dates mean nothing to a wrong one, so it is said plainly.

Rules:
- The newest date that a verified signature covers is a floor: a clock before it is behind, surely.
- A server's `Date` is a hint: it explains a failure to people, and decides nothing. Whether signed
  metadata has run out is judged by this machine's clock alone, or anybody on the way could move it.
- Less than an hour is not worth a word: the shortest thing that is signed lives a day.
"""

from datetime import datetime, timedelta

from garim_feed.errors import FeedError

TOLERANCE = timedelta(hours=1)
_HOUR = timedelta(hours=1)


def wrong_clock(
    now: datetime, *, floor: datetime | None = None, server: datetime | None = None
) -> FeedError | None:
    """Return what is to be said of the clock, or `None` if it seems to be right.

    Args:
        now: What the clock says, with its zone.
        floor: The newest date that a verified signature covers.
        server: What the feed's server says the time is.
    """
    if floor is not None and floor - now > TOLERANCE:
        return FeedError(
            "This computer's clock is at least {hours} hours slow; set it, because lists that have "
            "run out look good to a slow clock.",
            hours=_hours(floor - now),
        )
    if server is not None and server - now > TOLERANCE:
        return FeedError(
            "This computer's clock seems to be {hours} hours slow, the feed's server says; set it, "
            "because lists that have run out look good to a slow clock.",
            hours=_hours(server - now),
        )
    if server is not None and now - server > TOLERANCE:
        return FeedError(
            "This computer's clock seems to be {hours} hours fast, the feed's server says; set it, "
            "because good lists look as if they had run out to a fast clock.",
            hours=_hours(now - server),
        )
    return None


def _hours(by: timedelta) -> int:
    return max(1, round(by / _HOUR))
