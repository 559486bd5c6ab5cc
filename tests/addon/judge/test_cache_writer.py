"""The writing thread: never waited for, never ended by the disk."""

import sqlite3
import threading

import pytest

from garim_addon.judge import cache_file
from garim_addon.judge.cache_file import open_reader
from garim_addon.judge.cache_writer import CacheStats, CacheWriter

KEEP = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)"


@pytest.fixture(autouse=True)
def _ageless(monkeypatch):
    """Rows of these tests are dated 1, 2, 3, ...; their age is not the matter here."""
    monkeypatch.setattr(cache_file, "MAX_AGE", 1 << 40)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache.sqlite"


@pytest.fixture
def writer(path):
    writer = CacheWriter(path, CacheStats(), max_rows=100, max_bytes=1 << 20, queue_limit=1000)
    yield writer
    writer.close()


def count(path):
    reader = open_reader(path)
    try:
        return reader.execute("SELECT count(*) FROM verdicts").fetchone()[0]
    finally:
        reader.close()


def test_closing_writes_what_waits(writer, path):
    for number in range(90):
        writer.submit(KEEP, (b"%d" % number, "{}", number))
    writer.close()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM verdicts").fetchone() == (90,)
    database.close()
    assert "verdict-cache" not in {thread.name for thread in threading.enumerate()}


def test_a_statement_that_fails_does_not_end_the_thread(writer, path):
    writer.submit("NOT SQL", ())
    assert writer.flush(10.0)
    writer.submit(KEEP, (b"a", "{}", 1))
    assert writer.flush(10.0)
    assert count(path) == 1


def test_one_report_of_a_broken_file_is_enough(writer, path):
    writer.submit(KEEP, (b"a", "{}", 1))
    for _ in range(5):
        writer.begin_anew(0)
    assert writer.flush(10.0)
    assert writer.generation == 1
    assert count(path) in {0, 1}


def test_flushing_after_the_end_is_no_wait(writer):
    writer.close()
    writer.submit(KEEP, (b"a", "{}", 1))
    assert writer.flush(0.0)
