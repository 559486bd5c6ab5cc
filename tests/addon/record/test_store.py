"""The file: private, transactional, purged for good, thrown away when damaged."""

import sqlite3
import stat
import sys
from contextlib import closing

import pytest
import sample_events as sample

from garim_addon.record.entry import Entry
from garim_addon.record.keys import Keys
from garim_addon.record.reader import EventReader
from garim_addon.record.store import FILE, Store, damaged

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def entries(count, **changes):
    keys = Keys(b"s" * 32)
    return [Entry.of(sample.event(time=1000.0 + n, **changes), keys) for n in range(count)]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def store(folder):
    with closing(Store.open(folder)) as store:
        yield store


def count(folder):
    return len(EventReader(folder).recent(1000))


def test_what_was_inserted_is_there_after_closing_and_opening(folder):
    with closing(Store.open(folder)) as store:
        store.insert(entries(3))
    with closing(Store.open(folder)) as store:
        store.insert(entries(2))
    assert count(folder) == 5


@posix
def test_every_file_is_the_owners_only(store, folder):
    store.insert(entries(3))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600}


def test_a_batch_is_written_whole_or_not_at_all(store, folder):
    def broken():
        yield from entries(2)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.insert(broken())
    assert count(folder) == 0


def test_old_entries_go_and_no_trace_of_them_stays(store, folder):
    store.insert(entries(300, ident="OLDONE"))
    store.insert(entries(1, ident="NEWONE"))
    before = (folder / FILE).stat().st_size
    assert store.purge(before=1000.5, most=1000) == 2
    assert store.purge(before=2000.0, most=1000) == 299
    assert count(folder) == 0
    left = b"".join(path.read_bytes() for path in folder.iterdir() if "-shm" not in path.name)
    assert b"OLDONE" not in left
    assert (folder / FILE).stat().st_size < max(before, 100_000)


def test_only_so_many_entries_are_kept_the_newest(store, folder):
    store.insert(entries(10))
    assert store.purge(before=0, most=4) == 6
    assert [e.time for e in EventReader(folder).recent()] == [1009.0, 1008.0, 1007.0, 1006.0]
    assert store.purge(before=0, most=4) == 0


@pytest.mark.parametrize("body", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_log_is_thrown_away(folder, body):
    folder.mkdir(mode=0o700)
    (folder / FILE).write_bytes(body)
    with closing(Store.open(folder)) as store:
        store.insert(entries(1))
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert count(folder) == 1


def test_a_log_of_another_version_is_thrown_away(folder):
    with closing(Store.open(folder)) as store:
        store.insert(entries(1))
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with closing(Store.open(folder)):
        assert count(folder) == 0


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_CORRUPT, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_BUSY, False),
    ],
)
def test_only_a_broken_file_counts_as_damaged(code, expected):
    error = sqlite3.DatabaseError("x")
    error.sqlite_errorcode = code
    assert damaged(error) is expected
    assert not damaged(sqlite3.Error("no code"))
