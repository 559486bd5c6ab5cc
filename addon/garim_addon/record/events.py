"""The event log's writing side: a bounded queue and one thread; the proxy never waits for the disk.

Rules:
- `record` puts a tuple into a queue and returns; digests and JSON are made on the writing thread.
- A full queue, a full disk or a damaged file drops events and counts them; nothing is ever raised
  to who records. The next batch opens the file anew, so the log heals by itself.
- Entries older than the policy's days are deleted at start and every hour.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from garim_addon.decide.settings import Log
from garim_addon.record import keys
from garim_addon.record.entry import Entry, Event
from garim_addon.record.store import Store, damaged, discard

_log = logging.getLogger(__name__)

MAX_ROWS = 250_000
"""About 250 MB."""
_BATCH = 256
_HOUR = 3600.0
_DAY = 86_400.0

type _Item = Event | threading.Event | None


def _ignore(_cause: str, _count: int) -> None:
    pass


class EventLog:
    """Writes events in the background.

    Attributes:
        written: Events that are on the disk.
        dropped: Events that were lost, for whatever reason.
        error: The last reason why events were lost on the disk, or `""`.
    """

    def __init__(
        self,
        folder: Path,
        config: Log | None = None,
        *,
        waiting: int = 4096,
        on_drop: Callable[[str, int], None] = _ignore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Start the writing thread, which makes the folder and deletes what is too old.

        Args:
            folder: Owner-only folder of the log.
            config: Policy's `[log]`.
            waiting: Events that may wait to be written.
            on_drop: Told of each loss: `queue` or `disk`, and how many events.
            clock: Seconds since the epoch.
        """
        self._folder = folder
        self._config = config or Log()
        self._queue: queue.Queue[_Item] = queue.Queue(waiting)
        self._on_drop = on_drop
        self._clock = clock
        self._store: Store | None = None
        self._keys: keys.Keys | None = None
        self._purge_at = 0.0
        self._closed = False
        self.written = 0
        self.dropped = 0
        self.error = ""
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="garim-events", daemon=True)
        self._thread.start()

    def configure(self, config: Log) -> None:
        """Take another policy's `[log]` for what is written from now on."""
        self._config = config
        self._purge_at = 0.0

    def record(self, event: Event) -> None:
        """Queue one event; never waits and never raises."""
        if not self._closed:
            try:
                self._queue.put_nowait(event)
            except queue.Full:
                self._lost("queue", 1)

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until what was recorded so far is written or lost; return whether it was in time."""
        done = threading.Event()
        try:
            self._queue.put(done, timeout=timeout)
        except queue.Full:
            return False
        return done.wait(timeout)

    def close(self, timeout: float = 5.0) -> None:
        """Write what waits and end the thread; later events are ignored."""
        if self._closed:
            return
        self._closed = True
        try:
            self._queue.put(None, timeout=timeout)
        except queue.Full:
            return
        self._thread.join(timeout)

    def _run(self) -> None:
        self._purge()
        while True:
            items = self._batch()
            events = [item for item in items if isinstance(item, Event)]
            if events:
                self._guarded(partial(self._write, events), len(events))
            self._purge()
            for item in items:
                if isinstance(item, threading.Event):
                    item.set()
            if None in items:
                self._shut()
                return

    def _batch(self) -> list[_Item]:
        """Return what waits, up to a batch; an empty list after a minute without any."""
        items: list[_Item] = []
        try:
            items.append(self._queue.get(timeout=60.0))
            while len(items) < _BATCH:
                items.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return items

    def _write(self, events: list[Event]) -> None:
        store = self._opened()
        plain = self._config.plain_addresses
        store.insert([Entry.of(event, self._keys, plain=plain) for event in events])
        self.written += len(events)

    def _purge(self) -> None:
        now = self._clock()
        # Far before the next time: the clock was set back.
        if now >= self._purge_at or now < self._purge_at - 2 * _HOUR:
            self._purge_at = now + _HOUR
            oldest = now - self._config.days * _DAY
            self._guarded(lambda: self._opened().purge(oldest, MAX_ROWS), 0)

    def _opened(self) -> Store:
        if self._store is None:
            self._keys = keys.load(self._folder)
            self._store = Store.open(self._folder)
        return self._store

    def _guarded(self, work: Callable[[], object], events: int) -> None:
        """Do disk work; whatever happens is counted, said once, and the file opened anew later."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a log may fail in any way; the proxy may not
            self._failed(error, events)
        else:
            self.error = "" if events else self.error

    def _failed(self, error: Exception, events: int) -> None:
        if events:
            self._lost("disk", events)
        reason = f"{type(error).__name__}: {error}"
        if reason != self.error:
            _log.warning("event log: %s", reason)
        self.error = reason
        self._shut()
        if isinstance(error, sqlite3.Error) and damaged(error):
            try:
                discard(self._folder)
            except OSError as second:
                _log.warning("event log: %s", second)

    def _shut(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            try:
                store.close()
            except sqlite3.Error as error:
                _log.warning("event log: %s", error)

    def _lost(self, cause: str, count: int) -> None:
        with self._lock:  # both threads lose events
            self.dropped += count
        self._on_drop(cause, count)
