"""The cache is quick to forget and never wrong: no failure is kept, no disk is trusted."""

import asyncio
import hashlib
import signal
import sqlite3
import stat
import subprocess
import sys

import pytest

from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.process import environment
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Score

FOUND = Inspection(
    kind="image",
    format="png",
    width=4,
    height=3,
    frames=1,
    sha256="ab" * 32,
    matches=(ListMatch("test", "e1", "1", "test", "digest"),),
    scores=(Score("small", "1", 1, 0.25),),
    steps={"decode": 1.5},
)
ADDRESS = hashlib.sha256(b"an address").digest()


def body(number):
    return hashlib.sha256(b"%d" % number).digest()


@pytest.fixture
def make(tmp_path):
    caches = []

    def open_cache(path=tmp_path / "cache" / "verdicts.sqlite", **settings):
        cache = VerdictCache(path, **{"epoch": "e1", **settings})
        caches.append(cache)
        return cache

    yield open_cache
    for cache in caches:
        cache.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "verdicts.sqlite"


def test_what_was_found_is_found_again(make):
    cache = make()
    assert cache.get(body(1)) is None
    assert cache.put(body(1), FOUND)
    assert cache.get(body(1)) == FOUND
    assert (cache.stats.misses, cache.stats.memory_hits) == (1, 1)


def test_it_survives_a_restart(make):
    first = make()
    first.put(body(1), FOUND)
    first.close()
    second = make()
    assert second.get(body(1)) == FOUND
    assert second.get(body(1)) == FOUND
    assert (second.stats.disk_hits, second.stats.memory_hits) == (1, 1)


@pytest.mark.parametrize("cause", FailureCause)
def test_a_failure_is_never_kept(make, cause):
    cache = make()
    assert cache.put(body(1), Inspection(failure=cause)) is False
    assert cache.get(body(1)) is None
    cache.close()
    assert make().get(body(1)) is None
    assert cache.stats.refused == 1


def test_a_failure_does_not_replace_what_was_found(make):
    cache = make()
    cache.put(body(1), FOUND)
    cache.put(body(1), Inspection(failure=FailureCause.CRASH))
    assert cache.get(body(1)) == FOUND


def test_another_epoch_knows_nothing(make):
    cache = make(epoch="models 1")
    cache.put(body(1), FOUND)
    cache.remember_validator(ADDRESS, '"v1"', body(1))
    cache.epoch = "models 2"
    assert cache.epoch == "models 2"
    assert cache.get(body(1)) is None
    assert cache.knows_validator(ADDRESS, '"v1"') is None
    cache.epoch = "models 1"
    assert cache.get(body(1)) == FOUND
    assert cache.knows_validator(ADDRESS, '"v1"') == body(1)


@pytest.mark.parametrize("restart", [False, True])
def test_validators(make, restart):
    cache = make()
    cache.put(body(1), FOUND)
    cache.remember_validator(ADDRESS, '"v1"', body(1))
    cache.remember_validator(ADDRESS, '"unjudged"', body(2))
    if restart:
        cache.close()
        cache = make()
    assert cache.knows_validator(ADDRESS, '"v1"') == body(1)
    assert cache.knows_validator(ADDRESS, '"v2"') is None
    assert cache.knows_validator(b"x" * 32, '"v1"') is None
    assert cache.knows_validator(ADDRESS, '"unjudged"') is None


def test_a_validator_can_come_to_mean_another_body(make):
    cache = make()
    cache.put(body(1), FOUND)
    cache.put(body(2), FOUND)
    cache.remember_validator(ADDRESS, "Thu, 01 Jan 2026 00:00:00 GMT", body(1))
    cache.remember_validator(ADDRESS, "Thu, 01 Jan 2026 00:00:00 GMT", body(2))
    assert cache.knows_validator(ADDRESS, "Thu, 01 Jan 2026 00:00:00 GMT") == body(2)


def test_a_validator_that_is_no_text_at_all(make):
    cache = make()
    cache.put(body(1), FOUND)
    cache.remember_validator(ADDRESS, "\udcff\udc80", body(1))
    assert cache.knows_validator(ADDRESS, "\udcff\udc80") == body(1)


def test_memory_is_bounded(make):
    cache = make(memory_rows=3)
    for number in range(10):
        cache.put(body(number), FOUND)
    assert cache.flush()
    assert cache.get(body(0)) == FOUND
    assert (cache.stats.memory_hits, cache.stats.disk_hits) == (0, 1)
    assert cache.get(body(9)) == FOUND
    assert cache.stats.memory_hits == 1


def test_the_disk_is_bounded(make, path):
    cache = make(memory_rows=1, max_rows=64)
    for number in range(300):
        cache.put(body(number), FOUND)
        cache.remember_validator(ADDRESS, str(number), body(number))
        if number % 20 == 0:
            assert cache.flush()
    cache.close()
    with sqlite3.connect(path) as database:
        for table in ("verdicts", "validators"):
            (rows,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert rows <= 64 + 64 // 8 + 40
    database.close()
    assert cache.stats.evicted > 300


def test_only_the_owner_can_read_it(make, path):
    cache = make()
    cache.put(body(1), FOUND)
    assert cache.flush()
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


BROKEN = {
    "garbage": b"this is no database, it only says so" * 200,
    "a cut header": b"SQLite format 3\0" + b"\xff" * 200,
    "another program's": None,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_moved_aside_and_begun_anew(make, path, content):
    path.parent.mkdir()
    if content is None:
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE verdicts (other INTEGER)")
        database.close()
    else:
        path.write_bytes(content)
    cache = make(memory_rows=1)
    cache.put(body(1), FOUND)
    cache.put(body(2), FOUND)
    assert cache.flush()
    assert cache.get(body(1)) == FOUND
    assert cache.stats.recreated == 1
    assert path.with_name(path.name + ".broken").exists()


def test_a_file_that_breaks_while_it_is_used(make, path):
    cache = make(memory_rows=1)
    for number in range(200):
        cache.put(body(number), FOUND)
    assert cache.flush()
    cache.close()
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xaa" * (len(data) - 8192))
    cache = make(memory_rows=1)
    for number in range(200):
        found = cache.get(body(number))
        assert found in (None, FOUND)
    assert cache.flush()
    cache.put(body(1), FOUND)
    cache.put(body(2), FOUND)
    assert cache.flush()
    assert cache.get(body(1)) == FOUND
    assert cache.stats.recreated == 1


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "[]",
        "7",
        '{"kind": 1}',
        "[" * 100_000,
        Inspection(failure=FailureCause.CRASH).to_json(),
        b"\x00bytes",
    ],
)
def test_a_row_that_is_no_finding_is_a_miss(make, path, row):
    cache = make(memory_rows=1)
    cache.put(body(1), FOUND)
    cache.put(body(2), FOUND)
    assert cache.flush()
    with sqlite3.connect(path) as database:
        database.execute("UPDATE verdicts SET inspection = ?", (row,))
    database.close()
    assert cache.get(body(1)) is None


def test_a_full_disk_is_counted_and_nothing_more(make, path):
    cache = make(memory_rows=2, max_bytes=64 << 10)
    for number in range(1000):
        assert cache.put(body(number), FOUND)
        if number % 50 == 0:
            assert cache.flush()
    assert cache.flush()
    assert cache.stats.write_errors > 0
    assert path.stat().st_size <= 64 << 10
    # It made room, so that it is of use again.
    cache.put(body(2000), FOUND)
    assert cache.flush()
    cache.put(body(2001), FOUND)
    cache.put(body(2002), FOUND)
    assert cache.flush()
    assert cache.stats.evicted > 0
    assert cache.get(body(2000)) in (None, FOUND)


def test_a_locked_file_is_counted_and_used_again_later(make, path):
    cache = make(memory_rows=1)
    locker = sqlite3.connect(path)
    locker.execute("BEGIN EXCLUSIVE")
    cache.put(body(1), FOUND)
    assert cache.flush()
    assert cache.stats.write_errors == 1
    locker.rollback()
    locker.close()
    cache.put(body(2), FOUND)
    cache.put(body(3), FOUND)
    assert cache.flush()
    assert cache.get(body(2)) == FOUND


def test_a_folder_that_cannot_be_made(make, tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = make(tmp_path / "file" / "verdicts.sqlite")
    assert cache.put(body(1), FOUND)
    assert cache.get(body(1)) == FOUND
    assert cache.get(body(2)) is None
    assert cache.flush()
    assert cache.stats.write_errors > 0
    assert cache.stats.read_errors > 0


def test_writes_over_the_queue_are_dropped_and_counted(make, path):
    cache = make(queue_limit=2)
    locker = sqlite3.connect(path)
    locker.execute("BEGIN EXCLUSIVE")  # the writing thread now waits a second
    for number in range(50):
        assert cache.put(body(number), FOUND)
    locker.rollback()
    locker.close()
    assert cache.stats.dropped > 0
    assert cache.get(body(49)) == FOUND


def test_after_closing_nothing_is_an_error(make):
    cache = make()
    cache.close()
    cache.close()
    assert cache.put(body(1), FOUND)
    assert cache.flush()
    assert cache.get(body(1)) == FOUND


async def test_it_is_used_from_the_event_loop(make):
    cache = await asyncio.to_thread(make)  # made elsewhere
    cache.put(body(1), FOUND)
    assert cache.get(body(1)) == FOUND
    assert cache.get(body(2)) is None
    assert cache.stats.read_errors == 0


WRITER = """
import hashlib, sys
from pathlib import Path
from garim_addon.judge.cache import VerdictCache
from garim_addon.verdict import Inspection

cache = VerdictCache(Path(sys.argv[1]), epoch="e1", memory_rows=1)
number = int(sys.argv[2])
while True:
    cache.put(hashlib.sha256(b"%d" % number).digest(), Inspection(kind="image", width=number))
    number += 1
    if number % 100 == 0:
        cache.flush()
        print(number, flush=True)
"""


def test_it_survives_being_killed_while_writing(make, path):
    done = 0
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", WRITER, str(path), str(done)],
            stdout=subprocess.PIPE,
            env=environment(),
        )
        for _ in range(3):
            done = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    cache = make(memory_rows=1)
    for number in range(done):
        assert cache.get(body(number)).width == number
    assert cache.stats.recreated == 0
