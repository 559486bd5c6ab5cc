"""When a feed is asked next.

Rules:
- Every 60 s by default, a little sooner or later by chance, so that a thousand agents that started
  together do not stay together.
- After failures twice as long each time, up to 15 minutes.
- A server's `Retry-After` is kept to, up to an hour: more would be a way to switch the lists off.
"""

import random

EVERY = 60.0
JITTER = 0.1
LONGEST = 900.0
MAX_RETRY_AFTER = 3600.0
_DOUBLINGS = 10


def next_delay(
    failures: int,
    retry_after: float | None = None,
    *,
    every: float = EVERY,
    chance: float | None = None,
) -> float:
    """Return the seconds until a feed is asked again.

    Args:
        failures: Failed looks one after another, 0 after a good one.
        retry_after: Seconds that the server asked for, or `None`.
        every: Seconds between looks when all is well.
        chance: 0..1, where in the jitter's range; drawn if `None`.
    """
    drawn = random.random() if chance is None else chance  # noqa: S311 - spreads load, no secret
    base: float = every * 2.0 ** min(failures, _DOUBLINGS)
    delay = min(base, max(LONGEST, every)) * (1 + JITTER * (2 * drawn - 1))
    if retry_after is None:
        return delay
    return max(delay, min(max(retry_after, 0.0), MAX_RETRY_AFTER) * (1 + JITTER * drawn))
