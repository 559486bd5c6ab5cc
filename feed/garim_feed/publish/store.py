"""Opening the store: SQLite, and how it is to behave.

Rules:
- WAL, so that readers are never held up; every commit is on the disk when it returns.
- Memory is bounded by the cache; what a large transaction left in the log is given back.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_READONLY}
"""Errors by which SQLite says that it cannot write."""
_CACHE_KIB = 128 * 1024
_KEPT = 64 << 20
"""Bytes of the write-ahead log that are kept for the next transactions."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a store.

    Raises:
        DatabaseError: It is none.
    """
    store = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIB}",
            f"journal_size_limit = {_KEPT}",
            "trusted_schema = OFF",
        ):
            store.execute(f"PRAGMA {pragma}")
    except BaseException:
        store.close()
        raise
    return store


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; a trigger holds semicolons of its own."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
