"""The verdict cache's file: one SQLite database that may break at any time without anyone noticing.

Rules:
- A cache and nothing more: what cannot be read is a miss, what cannot be written is dropped.
- Readable by its owner only.
- Bounded in rows, in bytes and in age; the rows that were not used for longest go first.
- A file that is no database, or of another layout, is moved aside (`.broken`, one is kept) and
  begun anew. A full, locked or read-only disk is tried again with the next batch.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Statement = tuple[str, tuple[Any, ...]]

_LAYOUT = 1
_SCHEMA = (
    "CREATE TABLE verdicts (key BLOB PRIMARY KEY, inspection TEXT NOT NULL, used INTEGER NOT NULL)",
    "CREATE INDEX verdicts_used ON verdicts (used)",
    "CREATE TABLE validators (key BLOB PRIMARY KEY, sha256 BLOB NOT NULL, used INTEGER NOT NULL)",
    "CREATE INDEX validators_used ON validators (used)",
    f"PRAGMA user_version = {_LAYOUT}",
)
_TABLES = ("verdicts", "validators")
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA})
_PAGE = 4096
MAX_AGE = 7 * 86_400
"""Seconds after which what was not used is forgotten, as the event log forgets."""


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the file must be begun anew, rather than tried again later."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in _BROKEN or "no such table" in str(error)


def open_reader(path: Path) -> sqlite3.Connection:
    """Open for reading; never waits for a lock.

    Raises:
        sqlite3.Error: When there is nothing to read.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=0, check_same_thread=False)


class CacheFile:
    """The writing side; used by one thread.

    Attributes:
        recreated: How often the file was begun anew.
        evicted: Rows that had to go.
    """

    def __init__(self, path: Path, *, max_rows: int, max_bytes: int) -> None:
        self._path = path
        self._max_rows = max_rows
        self._max_pages = max(16, max_bytes // _PAGE)
        self._database: sqlite3.Connection | None = None
        self._written = 0
        self.recreated = 0
        self.evicted = 0

    def write(self, batch: Sequence[Statement]) -> None:
        """Write a batch in one transaction.

        Raises:
            sqlite3.Error: When it could not be written; nothing of it was.
            OSError: When the file could not be made.
        """
        database = self._opened()
        try:
            with database:
                for statement, values in batch:
                    database.execute(statement, values)
            self._written += len(batch)
            if self._written >= self._max_rows // 8:
                self._trim(database)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            self._evict_share(database)
            raise

    def begin_anew(self) -> None:
        """Move the file aside and let the next batch make a new one."""
        self.close()
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".broken"))
        for suffix in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()
        self.recreated += 1

    def close(self) -> None:
        """Close the file; the next batch opens it again."""
        database, self._database = self._database, None
        if database is not None:
            with contextlib.suppress(sqlite3.Error):
                database.close()

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            self._database = self._prepared()
            self._written = self._max_rows  # the first batch counts the rows
        return self._database

    def _prepared(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=1.0, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA journal_size_limit = {4 << 20}")
            database.execute(f"PRAGMA max_page_count = {self._max_pages}")
            _lay_out(database)
        except BaseException:
            database.close()
            raise
        return database

    def _trim(self, database: sqlite3.Connection) -> None:
        """Let the oldest rows go where there are more than there may be."""
        self._written = 0
        for table in _TABLES:
            aged = f"DELETE FROM {table} WHERE used < ?"  # noqa: S608 - names of this module
            with database:
                database.execute(aged, (int(time.time()) - MAX_AGE,))
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names of this module
            if count > self._max_rows:
                self._evict(database, table, count - self._max_rows)

    def _evict_share(self, database: sqlite3.Connection) -> None:
        """The file is as large as it may be: make room for later batches."""
        for table in _TABLES:
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names of this module
            self._evict(database, table, count // 8)

    def _evict(self, database: sqlite3.Connection, table: str, count: int) -> None:
        oldest = f"SELECT key FROM {table} ORDER BY used LIMIT ?"  # noqa: S608 - names of this module
        with database:
            done = database.execute(f"DELETE FROM {table} WHERE key IN ({oldest})", (count,))  # noqa: S608 - names of this module
            self.evicted += max(0, done.rowcount)


def _lay_out(database: sqlite3.Connection) -> None:
    """Make the tables of a new file; refuse a file with other tables."""
    (layout,) = database.execute("PRAGMA user_version").fetchone()
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (layout, tables) == (0, 0):
        with database:
            for statement in ("BEGIN", *_SCHEMA):
                database.execute(statement)
    elif layout != _LAYOUT:
        error = sqlite3.DatabaseError("the file is of another layout")
        error.sqlite_errorcode = sqlite3.SQLITE_SCHEMA
        raise error
