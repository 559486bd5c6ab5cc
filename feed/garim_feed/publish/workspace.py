"""The folder in which a feed's administrators work, and its store.

Rules:
- Owner-only: the folder, the store and the keys are readable by one account of the machine.
- The store is SQLite in WAL mode; whatever changes it is one transaction, so that Ctrl-C, kill -9
  and power loss leave the state before or after it.
- One writer at a time, and one publisher at a time: locks that the kernel gives back on death.
  Readers are never held up.
- It holds plain subjects, which exports need. It never holds media.

Weakness: SQLite sorts large imports in unlinked temporary files outside of the folder, readable by
the same account only.
"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from garim_feed.errors import FeedError
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.schema import FORMAT, TABLES
from garim_feed.publish.store import NO_ROOM, connect, statements

Clock = Callable[[], datetime]
STORE = "store.db"
KEYS = "keys"
TARGETS = "targets"
_TICK = 2_000_000
"""Steps of SQLite's machine between two calls back: some tens of milliseconds."""


def utc_now() -> datetime:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Workspace:
    """An open workspace.

    Attributes:
        root: Its folder.
        store: The store's connection; other modules of this package use it, nobody else.
        now: The clock, in UTC.
    """

    def __init__(self, root: Path, now: Clock) -> None:
        self.root = root
        self.now = now
        self.store = connect(root / STORE)

    @classmethod
    def create(cls, root: Path, now: Clock = utc_now) -> Self:
        """Make an empty workspace; `ceremony.init` is what people call.

        Raises:
            FeedError: The folder exists and is not empty.
        """
        root = root.absolute()
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise FeedError("{path} is not an empty folder; choose another.", path=root)
        for folder in (root, root / KEYS, root / TARGETS):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        os.close(os.open(root / STORE, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        workspace = cls(root, now)
        with workspace.changing() as store:
            for statement in statements(TABLES):
                store.execute(statement)
            store.execute("INSERT INTO setting VALUES ('format', ?)", (str(FORMAT),))
        return workspace

    @classmethod
    def open(cls, root: Path, now: Clock = utc_now) -> Self:
        """Open a workspace.

        Raises:
            FeedError: There is none, it is open to others, or another program version made it.
        """
        root = root.absolute()
        if not (root / STORE).is_file():
            raise FeedError("There is no feed workspace in {path}; `init` makes one.", path=root)
        if (
            sys.platform != "win32"
            and (root.stat().st_mode | (root / STORE).stat().st_mode) & 0o077
        ):
            raise FeedError(
                "{path} can be read by others; run `chmod -R go-rwx {path}`, then look who did.",
                path=root,
            )
        wrong = FeedError("The store in {path} is damaged or not of this version.", path=root)
        try:
            workspace = cls(root, now)
        except sqlite3.DatabaseError as error:
            raise wrong from error
        try:
            if workspace.setting("format") == str(FORMAT):
                return workspace
        except sqlite3.DatabaseError as error:
            workspace.close()
            raise wrong from error
        workspace.close()
        raise wrong

    @property
    def feed(self) -> str:
        """The feed's name."""
        return self.setting("feed")

    @property
    def keys(self) -> Path:
        """The folder of keys."""
        return self.root / KEYS

    @property
    def targets(self) -> Path:
        """The folder of files that are published, in the layout of `BASE/targets`."""
        return self.root / TARGETS

    def today(self) -> date:
        """Return the date in UTC."""
        return self.now().date()

    def setting(self, name: str) -> str:
        """Return a setting, or `""`."""
        row = self.row("SELECT value FROM setting WHERE name = ?", name)
        return str(row[0]) if row else ""

    def row(self, query: str, *values: object) -> Any:  # noqa: ANN401 - whatever the query selects
        """Return the first row of a query, or `None`."""
        return self.store.execute(query, values).fetchone()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def discard(self) -> None:
        """Delete what `create` made: a ceremony failed and nothing is in it yet."""
        shutil.rmtree(self.root)

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
        """Hold one transaction: committed at the end, rolled back on any error, Ctrl-C included.

        Within another one it is part of that.

        Raises:
            FeedError: Somebody else is changing the workspace, or the disk is full.
        """
        within = self.store.in_transaction
        if within:
            yield self.store
            return
        try:
            self.store.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise FeedError("Somebody else is changing this workspace; try again.") from error
        try:
            yield self.store
            self.store.execute("COMMIT")
        except BaseException as error:
            if self.store.in_transaction:
                self.store.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in NO_ROOM:
                raise FeedError(
                    "The disk is full or cannot be written; nothing was changed. Make room in "
                    "{path}, and run it again.",
                    path=self.root,
                ) from error
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one state of the store throughout; others may go on writing."""
        within = self.store.in_transaction
        if not within:
            self.store.execute("BEGIN")
        try:
            yield
        finally:
            if not within:
                self.store.execute("ROLLBACK")

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Hold the publisher's lock, which is a lock on a file of its own.

        Raises:
            FeedError: Somebody else is publishing.
        """
        lock = sqlite3.connect(self.root / "publishing.lock", timeout=10, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            lock.close()
            raise FeedError("Somebody else is publishing this feed; try again.") from error
        try:
            yield
        finally:
            lock.close()

    @contextmanager
    def watched(self, step: Step, progress: Progress) -> Iterator[None]:
        """Call back during long statements, so that progress shows and Ctrl-C works within them."""
        stopped: list[BaseException] = []
        ticks = 0

        def tick() -> int:
            nonlocal ticks
            ticks += 1
            try:
                progress(step, ticks, 0)
            except BaseException as error:  # noqa: BLE001 - raised again below, outside of SQLite
                stopped.append(error)
                return 1
            return 0

        self.store.set_progress_handler(tick, _TICK)
        try:
            yield
        except sqlite3.OperationalError:
            if stopped:
                raise stopped[0] from None
            raise
        finally:
            self.store.set_progress_handler(None, 0)
