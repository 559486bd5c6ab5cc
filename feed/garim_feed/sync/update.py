"""Fetch all feeds, build the index beside the old one, swap: what `garim lists sync` runs once.

Rules:
- All feeds are asked at the same time; what one has is put into force while others are still slow.
- What goes wrong with a feed stands in its status; it never holds up the others.
"""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from garim_feed.sync.apply import Applied, apply
from garim_feed.sync.building import ApartBuilder, Build
from garim_feed.sync.connect import SourceOf, source_of
from garim_feed.sync.extras import Checker
from garim_feed.sync.looking import Looker
from garim_feed.sync.status import FeedStatus, read_all
from garim_feed.sync.store import MAX_FEEDS, ListStore

type Progress = Callable[[str, int, int], None]
"""Told feed, bytes that have come, bytes that are wanted; may be called from any thread."""

WAIT = 60.0
"""Seconds to wait for somebody else who works on a feed."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did.

    Attributes:
        generation: Name of the generation that is in force now, or `""`.
        changed: Whether that is another one than before.
        feeds: What is known now of each feed that was asked.
    """

    generation: str
    changed: bool
    feeds: tuple[FeedStatus, ...]


def update(
    store: ListStore,
    *,
    only: Collection[str] = (),
    progress: Progress | None = None,
    checker: Checker | None = None,
    source: SourceOf = source_of,
    build: Build | None = None,
) -> UpdateReport:
    """Fetch feeds, and put into force what is new.

    Args:
        store: The lists folder.
        only: Names of the feeds to ask; empty: all.
        progress: Told how far the download is.
        checker: Accepts or refuses what a feed carries besides lists.
        source: Where a feed comes from, given its address.
        build: Builds a generation; by default in a process of its own.

    Raises:
        FeedError: When a named feed is not there or somebody else works on it, or the index cannot
            be built; the old one stays.
        OSError: When the disk is full or not writable; the old one stays.
    """
    names = [store.feed(name).name for name in only] or [feed.name for feed in store.feeds()]
    builder = build or ApartBuilder()
    told = _serialized(progress)
    changed = False

    def look(name: str) -> None:
        with Looker(store, name, source=source, checker=checker, wait=WAIT) as looker:
            looker.look(lambda come, wanted: told(name, come, wanted))

    with ThreadPoolExecutor(MAX_FEEDS, "feed") as pool:
        running: set[Future[None]] = {pool.submit(look, name) for name in names}
        failed: list[BaseException] = []
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            failed += [error for one in done if (error := one.exception()) is not None]
            changed |= apply(store, builder).changed
    applied = apply(store, builder)
    if failed:
        raise failed[0]
    return _report(store, Applied(applied.generation, changed or applied.changed), names)


def reapply(store: ListStore, *, build: Build | None = None) -> UpdateReport:
    """Put into force what was fetched already, asking nobody; drops the lists of removed feeds.

    Args:
        store: The lists folder.
        build: Builds a generation; by default in a process of its own.

    Raises:
        FeedError: When the index cannot be built; the old one stays.
        OSError: When the disk is full or not writable; the old one stays.
    """
    return _report(
        store, apply(store, build or ApartBuilder()), [one.name for one in store.feeds()]
    )


def _report(store: ListStore, applied: Applied, names: Collection[str]) -> UpdateReport:
    asked = tuple(status for status in read_all(store.root) if status.name in names)
    return UpdateReport(generation=applied.generation, changed=applied.changed, feeds=asked)


def _serialized(progress: Progress | None) -> Progress:
    """Return a callback that is called by one thread at a time."""
    lock = threading.Lock()

    def tell(feed: str, come: int, wanted: int) -> None:
        if progress is not None:
            with lock:
                progress(feed, come, wanted)

    return tell
