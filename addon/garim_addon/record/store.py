"""The event log's SQLite file: one table, one writing thread, readers of the same user.

Rules:
- WAL, so that `garim log` reads while the proxy writes; owner-only like its folder.
- What is deleted is overwritten (`secure_delete`) and the file shrinks.
- A file that is damaged or of another version is deleted, never repaired or kept aside: a copy that
  nobody purges would outlive the promised days.
- Errors come out as `sqlite3.Error` or `OSError`; the writer counts them (`record.events`).
"""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Self

from garim_addon import private_files
from garim_addon.record.entry import Entry

FILE = "events.db"
VERSION = 1
COLUMNS = (
    "ident",
    "time",
    "direction",
    "address",
    "address_digest",
    "host_digest",
    "content_digest",
    "outcome",
    "reason",
    "action",
    "failure",
)
_SCHEMA = f"""
CREATE TABLE event (id INTEGER PRIMARY KEY, {", ".join(COLUMNS)}, body TEXT NOT NULL);
CREATE INDEX event_time ON event (time);
CREATE INDEX event_ident ON event (ident);
CREATE INDEX event_address ON event (address_digest);
CREATE INDEX event_content ON event (content_digest);
PRAGMA user_version = {VERSION};
"""
_INSERT = (
    f"INSERT INTO event ({', '.join(COLUMNS)}, body) "  # noqa: S608 - our own column names
    f"VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"
)
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Store:
    """An open event log, for the writing thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take an open connection with the schema in it (see `open`)."""
        self._connection = connection

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the log, or start one.

        Raises:
            sqlite3.Error: When SQLite cannot.
            OSError: When the folder or the file cannot be made.
            PrivateFileError: When somebody else can get at the folder.
        """
        private_files.ensure_folder(folder)
        path = folder / FILE
        try:
            connection = _connected(path)
        except sqlite3.DatabaseError as error:
            if not damaged(error):
                raise
            discard(folder)
            connection = _connected(path)
        return cls(connection)

    def insert(self, entries: Iterable[Entry]) -> None:
        """Write entries in one transaction: all or none."""
        rows = ((*(getattr(e, name) for name in COLUMNS), e.to_json()) for e in entries)
        with self._connection:
            self._connection.executemany(_INSERT, rows)

    def purge(self, before: float, most: int) -> int:
        """Delete entries older than `before` (seconds since the epoch) and all but `most` newest.

        Returns:
            How many were deleted.
        """
        with self._connection as transaction:
            gone = transaction.execute("DELETE FROM event WHERE time < ?", (before,)).rowcount
            gone += transaction.execute(
                "DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?", (most,)
            ).rowcount
        if gone:
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return gone

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def damaged(error: sqlite3.Error) -> bool:
    """Return whether the file itself is broken, not only busy or the disk full."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def discard(folder: Path) -> None:
    """Delete the log's files."""
    for tail in ("", "-wal", "-shm"):
        (folder / f"{FILE}{tail}").unlink(missing_ok=True)


def _connected(path: Path) -> sqlite3.Connection:
    # SQLite gives the WAL the mode of the file, so the file is made first, with its final mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=1.0, check_same_thread=False)
    try:
        _prepare(connection, path.parent)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, folder: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    with closing(connection.execute("SELECT count(*) FROM sqlite_schema")) as cursor:
        empty = cursor.fetchone()[0] == 0
    if empty:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    elif version != VERSION:
        raise _other_version(folder)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    if empty:
        connection.executescript(_SCHEMA)


def _other_version(folder: Path) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(f"{folder / FILE} is of another version")
    error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
    return error
