"""Looking at one feed again and again: its connection, its lock, its status.

Rules:
- Whatever a feed does costs that look: every error becomes a sentence in its status.
- The connection is kept between looks, so that an idle look is one small question and answer.
- The newest signed date and the server's `Date` tell whether this machine's clock is wrong; where
  that explains why good metadata looks as if it had run out, it is what people are told.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from tuf.api.exceptions import ExpiredMetadataError

from garim_feed.errors import FeedError
from garim_feed.sync import files, record
from garim_feed.sync.client import Client, Seen
from garim_feed.sync.clock import wrong_clock
from garim_feed.sync.config import FeedConfig
from garim_feed.sync.connect import SourceOf, source_of
from garim_feed.sync.explain import explain
from garim_feed.sync.extras import Checker
from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.layout import feed_lock
from garim_feed.sync.problem import Problem
from garim_feed.sync.schedule import MAX_RETRY_AFTER
from garim_feed.sync.source import Source
from garim_feed.sync.standing import standing_of
from garim_feed.sync.status import FeedStatus, read_stored
from garim_feed.sync.store import ListStore
from garim_feed.wire import names

type Tell = Callable[[int, int], None]
"""Told bytes that have come and bytes that are wanted."""


class Looker:
    """Looks at one feed.

    Args:
        store: The lists folder.
        name: The feed.
        source: Where it comes from, given its address.
        checker: Accepts or refuses policy and models.
        wait: Seconds to wait for somebody else who works on it.
    """

    def __init__(
        self,
        store: ListStore,
        name: str,
        *,
        source: SourceOf = source_of,
        checker: Checker | None = None,
        wait: float = 0.0,
    ) -> None:
        self._store = store
        self._name = name
        self._source_of = source
        self._checker = checker
        self._wait = wait
        self._source: Source | None = None
        self._url = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up the connection."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def look(self, tell: Tell = lambda _come, _wanted: None) -> FeedStatus:
        """Look once; what goes wrong with the feed stands in the status.

        Returns:
            What is known of the feed now, lists in force not among it.

        Raises:
            FeedError: When there is no such feed, or somebody else works on it.
            OSError: When not even the status can be written.
        """
        folder = self._store.folder(self._name)
        with files.locked(feed_lock(self._store.root, self._name), self._wait):
            config = self._store.feed(self._name)
            before = read_stored(folder)
            fetcher = None
            error: Exception | None
            try:
                fetcher = Fetcher(self._connect(config))
                seen = self._seen(config, fetcher, tell)
                error = seen.broken
            except Exception as raised:  # noqa: BLE001 - no feed may end the watch
                error = raised
            status = self._status(before, error, fetcher)
            # Lost in a power cut, it is only news; the disk is spared a flush a minute.
            record.write(folder.status, status, durable=False)
        return status

    def _connect(self, config: FeedConfig) -> Source:
        if self._source is None or self._url != config.url:
            self.close()
            self._source, self._url = self._source_of(config.url), config.url
        return self._source

    def _seen(self, config: FeedConfig, fetcher: Fetcher, tell: Tell) -> Seen:
        client = Client(
            self._store.folder(self._name),
            config,
            fetcher,
            standing=lambda: standing_of(self._store.root, self._store.folder(self._name)),
            checker=self._checker,
            tell=tell,
        )
        return client.look()

    def _status(
        self, before: FeedStatus, error: Exception | None, fetcher: Fetcher | None
    ) -> FeedStatus:
        folder, now = self._store.folder(self._name), datetime.now(UTC)
        polled, offer = record.read_polled(folder), record.read_offer(folder)
        ahead = fetcher.ahead if fetcher else None
        clock = wrong_clock(
            now,
            floor=polled.newest if polled else None,
            server=now + ahead if ahead is not None else None,
        )
        return before.model_copy(
            update={
                "title": offer.title,
                "published": polled.published if polled else before.published,
                "until": polled.until if polled else before.until,
                "versions": polled.versions if polled else before.versions,
                "checked": before.checked if error else now,
                "not_before": _not_before(now, fetcher),
                "failures": before.failures + 1 if error else 0,
                "problem": _problem(self._name, error, clock),
                "clock": Problem.of(clock) if clock else None,
                "refused": offer.refused,
                "received": fetcher.received if fetcher else 0,
                "accepted": _accepted(offer.extras),
            }
        )


def _problem(feed: str, error: Exception | None, clock: FeedError | None) -> Problem | None:
    if error is None:
        return None
    if clock is not None and isinstance(error, ExpiredMetadataError):
        return Problem.of(clock)
    return Problem.of(explain(feed, error))


def _not_before(now: datetime, fetcher: Fetcher | None) -> datetime | None:
    if fetcher is None or fetcher.retry_after is None:
        return None
    return now + timedelta(seconds=min(max(fetcher.retry_after, 0.0), MAX_RETRY_AFTER))


def _accepted(extras: Mapping[str, str]) -> tuple[str, ...]:
    policy = ["policy"] if names.POLICY in extras else []
    models = {path.rpartition("/")[0] for path in extras if path != names.POLICY}
    return (*policy, *sorted(models))
