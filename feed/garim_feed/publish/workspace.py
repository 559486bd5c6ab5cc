"""The folder in which a feed's administrators work, and its store.

Rules:
- Owner-only: the folder, the store and the keys are readable by one account of the machine.
- The store is SQLite in WAL mode; whatever changes it is one transaction, so that Ctrl-C, kill -9
  and power loss leave the state before or after it.
- One writer at a time (a lock that the kernel gives back on death); readers are never held up.
- It holds plain subjects, which exports need. It never holds media.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Workspace:
    """An open workspace.

    Attributes:
        root: Its folder.
        store: The store's connection; other modules of this package use it, nobody else.
        now: The clock.
    """

    root: Path
    store: sqlite3.Connection
    now: Clock

    @classmethod
    def create(cls, root: Path, now: Clock = utc_now) -> Self:
        """Make an empty workspace; `ceremony.init` is what people call.

        Raises:
            FeedError: The folder exists and is not empty.
        """
        raise NotImplementedError

    @classmethod
    def open(cls, root: Path, now: Clock = utc_now) -> Self:
        """Open a workspace.

        Raises:
            FeedError: There is none, it is open to others, or it was made by a newer program.
        """
        raise NotImplementedError

    @property
    def feed(self) -> str:
        """The feed's name."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the store."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Hold the writer's lock and one transaction: committed at the end, rolled back on any error.

        Raises:
            FeedError: Somebody else is changing the workspace.
        """
        raise NotImplementedError
