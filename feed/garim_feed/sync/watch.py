"""The process that keeps the lists fresh: `python -m garim_feed.sync.watch ROOT`.

Rules:
- Each feed has a thread and a schedule of its own; one that is slow or broken never holds up the
  others. Feeds that are added or removed meanwhile are noticed.
- It never ends because of a feed. It ends when its standard input does (a pipe), when its parent is
  gone, or on SIGTERM; `trigger` (SIGUSR1) makes it ask all feeds at once.
- One watch for a lists folder. What it does can be cut off at any instant: everything on disk is
  written whole or not at all.
"""

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.sync import files
from garim_feed.sync.apply import apply
from garim_feed.sync.building import ApartBuilder, Build
from garim_feed.sync.checking import module_checker
from garim_feed.sync.connect import SourceOf, source_of
from garim_feed.sync.extras import Checker
from garim_feed.sync.feed_loop import FeedLoop
from garim_feed.sync.layout import watch_lock
from garim_feed.sync.parent import Parent
from garim_feed.sync.schedule import EVERY
from garim_feed.sync.store import ListStore

_LOG = logging.getLogger(__name__)
TICK = 2.0
"""Seconds between looks at the parent and at which feeds there are."""
_TRIGGER = getattr(signal, "SIGUSR1", None)


def trigger(root: Path) -> bool:
    """Make the running watch of a lists folder ask all feeds at once.

    Returns:
        Whether one is running and could be told (if not: call `update.update`).
    """
    path = watch_lock(root)
    if _TRIGGER is None or not path.exists():
        return False
    with contextlib.suppress(FeedError), files.locked(path):
        return False
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(path.read_text()), _TRIGGER)
        return True
    return False


class Watch:
    """Keeps all feeds of a lists folder fresh.

    Args:
        store: The lists folder.
        build: Builds generations.
        source: Where a feed comes from, given its address.
        checker: Accepts or refuses policy and models.
        every: Seconds between looks when all is well.
    """

    def __init__(
        self,
        store: ListStore,
        *,
        build: Build,
        source: SourceOf = source_of,
        checker: Checker | None = None,
        every: float = EVERY,
    ) -> None:
        self._store = store
        self._build = build
        self._source = source
        self._checker = checker
        self._every = every
        self._loops: dict[str, FeedLoop] = {}
        self._wake = threading.Event()
        self._over = False
        self._asked = False

    def run(self, parent: Parent | None = None) -> None:
        """Watch until told to end, or until the parent is gone."""
        self._settle()
        while not self._over and not (parent and parent.gone()):
            self._follow()
            if self._asked:
                self._asked = False
                for loop in self._loops.values():
                    loop.wake()
            self._wake.wait(TICK)
            self._wake.clear()
        for loop in self._loops.values():
            loop.end()

    def ask(self) -> None:
        """Make it ask all feeds at once; may be called from a signal handler."""
        self._asked = True
        self._wake.set()

    def end(self) -> None:
        """Make it end; may be called from a signal handler or another thread."""
        self._over = True
        self._wake.set()

    def _follow(self) -> None:
        """Have a loop for every feed, and none for others."""
        names = {config.name for config in self._store.feeds()}
        gone = self._loops.keys() - names
        for name in gone:
            self._loops.pop(name).end()
        if gone:
            self._settle()
        for name in names:
            if name not in self._loops or not self._loops[name].alive():
                loop = self._loops[name] = FeedLoop(
                    self._store,
                    name,
                    build=self._build,
                    source=self._source,
                    checker=self._checker,
                    every=self._every,
                )
                loop.start()

    def _settle(self) -> None:
        """Put into force what was fetched, and out of force what belongs to no feed any more."""

        def settle() -> None:
            try:
                apply(self._store, self._build)
            except Exception as error:  # noqa: BLE001 - the next look, or start, tries again
                _LOG.warning("%s", error)

        threading.Thread(target=settle, name="settle", daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    """Watch until told to end.

    Returns:
        The exit code: 0 when told to end, 1 when another watch is there.
    """
    parser = argparse.ArgumentParser(prog="garim_feed.sync.watch")
    parser.add_argument("root", type=Path, help="the lists folder")
    parser.add_argument("--every", type=float, default=EVERY, help="seconds between looks")
    parser.add_argument("--checker", help="module that accepts or refuses policy and models")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    for noisy in ("tuf", "securesystemslib", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    builder = ApartBuilder()
    watch = Watch(
        ListStore(given.root),
        build=builder,
        checker=module_checker(given.checker) if given.checker else None,
        every=given.every,
    )
    _obey(watch)
    try:
        with files.locked(watch_lock(given.root)) as handle:
            os.truncate(handle, 0)
            os.write(handle, b"%d\n" % os.getpid())
            watch.run(Parent(watch.end))
    except FeedError as error:
        _LOG.warning("%s", error)
        return 1
    finally:
        builder.stop()
    return 0


def _obey(watch: Watch) -> None:
    signal.signal(signal.SIGTERM, lambda *_: watch.end())
    signal.signal(signal.SIGINT, lambda *_: watch.end())
    if _TRIGGER is not None:
        signal.signal(_TRIGGER, lambda *_: watch.ask())


if __name__ == "__main__":
    sys.exit(main())
