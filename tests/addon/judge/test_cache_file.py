"""The file behind the cache: bounded, of one layout, begun anew when it is broken."""

import sqlite3
import time

import pytest

from garim_addon.judge import cache_file
from garim_addon.judge.cache_file import CacheFile, is_broken, open_reader

KEEP = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)"


def rows(path):
    reader = open_reader(path)
    try:
        return [key for (key,) in reader.execute("SELECT key FROM verdicts ORDER BY used")]
    finally:
        reader.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "folder" / "cache.sqlite"


@pytest.fixture
def file(path):
    file = CacheFile(path, max_rows=8, max_bytes=1 << 20)
    yield file
    file.close()


@pytest.fixture(autouse=True)
def ageless(request, monkeypatch):
    """Rows of these tests are dated 1, 2, 3, ... unless a test is about age."""
    if "age" not in request.node.name:
        monkeypatch.setattr(cache_file, "MAX_AGE", 1 << 40)


def test_age_is_bounded(path):
    now = int(time.time())
    first = CacheFile(path, max_rows=100, max_bytes=1 << 20)
    first.write([(KEEP, (b"old", "{}", now - cache_file.MAX_AGE - 60))])
    first.write([(KEEP, (b"new", "{}", now - cache_file.MAX_AGE + 60))])
    first.close()
    second = CacheFile(path, max_rows=100, max_bytes=1 << 20)
    second.write([])
    second.close()
    assert rows(path) == [b"new"]


def test_a_batch_is_written_whole_or_not_at_all(file, path):
    file.write([(KEEP, (b"a", "{}", 1))])
    with pytest.raises(sqlite3.Error):
        file.write([(KEEP, (b"b", "{}", 2)), (KEEP, (b"c", None, 3))])
    assert rows(path) == [b"a"]


def test_the_least_recently_used_go_first(file, path):
    for number in range(20):
        file.write([(KEEP, (b"%02d" % number, "{}", 100 - number))])
    assert rows(path) == [b"%02d" % number for number in range(7, -1, -1)]
    assert file.evicted == 12


def test_too_many_rows_are_trimmed_when_it_is_opened(path):
    large = CacheFile(path, max_rows=1000, max_bytes=1 << 20)
    large.write([(KEEP, (b"%03d" % n, "{}", n)) for n in range(100)])
    large.close()
    small = CacheFile(path, max_rows=10, max_bytes=1 << 20)
    small.write([])
    small.close()
    assert rows(path) == [b"%03d" % n for n in range(90, 100)]


def test_begin_anew_keeps_one_broken_file(file, path):
    file.write([(KEEP, (b"a", "{}", 1))])
    file.begin_anew()
    file.write([(KEEP, (b"b", "{}", 1))])
    file.begin_anew()
    file.write([])
    assert rows(path) == []
    assert file.recreated == 2
    names = {each.name for each in path.parent.iterdir()}
    assert names <= {path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}.broken"}


def test_another_layout_is_broken(file, path):
    file.write([])
    file.close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(sqlite3.DatabaseError) as caught:
        file.write([])
    assert is_broken(caught.value)


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        (sqlite3.SQLITE_CORRUPT, True),
        (sqlite3.SQLITE_CORRUPT | 1 << 8, True),  # an extended code
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_BUSY, False),
        (sqlite3.SQLITE_LOCKED, False),
        (sqlite3.SQLITE_READONLY, False),
        (sqlite3.SQLITE_IOERR, False),
        (sqlite3.SQLITE_CANTOPEN, False),
    ],
)
def test_which_errors_call_for_a_new_file(code, broken):
    error = sqlite3.OperationalError("why")
    error.sqlite_errorcode = code
    assert is_broken(error) is broken


def test_a_reader_of_nothing_makes_no_file(tmp_path):
    with pytest.raises(sqlite3.Error):
        open_reader(tmp_path / "none.sqlite")
    assert list(tmp_path.iterdir()) == []
