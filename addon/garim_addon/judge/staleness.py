"""Which feeds are so old that policy is asked: read from what the sync wrote down.

Rules:
- Age is what the sync's status says of it (`garim_feed.sync.freshness`): from a signed date, never
  from when a server last answered.
- Old lists stay in force; this only says that they are old.
- A look costs a few small files; it is made once a minute.
- A feed that never came is not "too old": it is not there yet, and the status says so.
"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from garim_feed.sync.freshness import Freshness
from garim_feed.sync.status import read_all

SECONDS_BETWEEN = 60.0


class Staleness:
    """Follows the feeds' freshness.

    Args:
        root: The lists folder, or `None` when there are no lists from outside.
        clock: Seconds since the epoch.

    Attributes:
        overdue: Names of the feeds that are reported as too old.
        counts: Feeds by freshness.
    """

    def __init__(self, root: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        self._root = root
        self._clock = clock
        self._next = 0.0
        self.overdue: tuple[str, ...] = ()
        self.counts: Counter[Freshness] = Counter()

    def refresh(self) -> tuple[str, ...]:
        """Look again when it is time; return the feeds that have become overdue since."""
        now = self._clock()
        # Far before the next time: the clock was set back.
        if self._root is None or self._next - 2 * SECONDS_BETWEEN < now < self._next:
            return ()
        self._next = now + SECONDS_BETWEEN
        before = self.overdue
        when = datetime.fromtimestamp(now, UTC)
        found = [(status.name, status.freshness(when)) for status in read_all(self._root)]
        self.counts = Counter(fresh for _, fresh in found)
        self.overdue = tuple(name for name, fresh in found if fresh is Freshness.OVERDUE)
        return tuple(name for name in self.overdue if name not in before)
