"""One feed's loop in the watch: look, put into force, sleep, again.

Rules:
- No error ends it: a feed's is in its status, anything else is logged and tried again, later and
  later.
- What could not be built is tried again like what could not be fetched.
"""

import logging
import threading
from datetime import UTC, datetime

from garim_feed.sync.apply import apply
from garim_feed.sync.building import Build
from garim_feed.sync.connect import SourceOf
from garim_feed.sync.extras import Checker
from garim_feed.sync.looking import Looker
from garim_feed.sync.schedule import MAX_RETRY_AFTER, next_delay
from garim_feed.sync.status import FeedStatus, read_stored
from garim_feed.sync.store import ListStore

_LOG = logging.getLogger(__name__)


class FeedLoop:
    """Keeps one feed fresh in a thread of its own.

    Args:
        store: The lists folder.
        name: The feed.
        build: Builds generations.
        source: Where a feed comes from, given its address.
        checker: Accepts or refuses policy and models.
        every: Seconds between looks when all is well.
    """

    def __init__(
        self,
        store: ListStore,
        name: str,
        *,
        build: Build,
        source: SourceOf,
        checker: Checker | None,
        every: float,
    ) -> None:
        self._store = store
        self._name = name
        self._build = build
        self._every = every
        self._looker = Looker(store, name, source=source, checker=checker)
        self._wake = threading.Event()
        self._over = False
        self._failures = 0
        self._said = ""
        self._thread = threading.Thread(target=self._run, name=f"feed {name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def end(self) -> None:
        """Look no more, after the look that may be under way."""
        self._over = True
        self._wake.set()

    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        stored = read_stored(self._store.folder(self._name))
        self._sleep(_told_to_wait(stored) or 0.0)
        with self._looker:
            while not self._over:
                self._sleep(self.once())

    def _sleep(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def once(self) -> float:
        """Look once and put into force what is new; return the seconds until the next time."""
        status = FeedStatus(name=self._name)
        try:
            status = self._looker.look()
            if apply(self._store, self._build).changed:
                _LOG.info("%s: other lists are in force", self._name)
            self._failures = 0
        except Exception as error:  # noqa: BLE001 - the watch never ends because of a feed
            self._failures += 1
            self._say(f"{type(error).__name__}: {error}")
        else:
            self._say(str(status.problem or ""))
        return next_delay(
            max(self._failures, status.failures), _told_to_wait(status), every=self._every
        )

    def _say(self, words: str) -> None:
        """Log what changed, not the same thing every minute."""
        if words != self._said:
            self._said = words
            _LOG.warning("%s: %s", self._name, words or "all is well again")


def _told_to_wait(status: FeedStatus) -> float | None:
    """Return the seconds that the feed still asks us to wait, or `None`."""
    if status.not_before is None:
        return None
    left = (status.not_before - datetime.now(UTC)).total_seconds()
    return left if 0 < left <= MAX_RETRY_AFTER else None
