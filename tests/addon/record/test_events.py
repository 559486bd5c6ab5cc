"""What the writing thread writes, drops, purges and survives; recording never raises or waits."""

import logging
import os
import sqlite3
import threading

import pytest
import sample_events as sample

from garim_addon.decide.settings import Log
from garim_addon.record import keys
from garim_addon.record.events import EventLog
from garim_addon.record.reader import EventReader
from garim_addon.record.store import FILE, Store

NOW = 10_000_000.0
DAY = 86_400.0


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "log"


@pytest.fixture
def lost():
    return []


@pytest.fixture
def log(folder, clock, lost):
    log = EventLog(folder, clock=clock, on_drop=lambda cause, count: lost.append((cause, count)))
    yield log
    log.close()


def event(**changes):
    return sample.event(**({"time": NOW} | changes))


def times(folder):
    return [entry.time for entry in EventReader(folder).recent()]


def test_recorded_events_are_written(log, folder, lost):
    for n in range(600):
        log.record(event(time=NOW + n))
    assert log.flush()
    assert (log.written, log.dropped, lost, log.error) == (600, 0, [], "")
    assert len(EventReader(folder).recent(1000)) == 600


def test_closing_writes_what_waits_and_later_events_are_ignored(log, folder):
    log.record(event())
    log.close()
    log.record(event())
    log.close()
    assert len(times(folder)) == 1
    assert log.dropped == 0


def test_a_full_queue_drops_counts_and_never_waits(folder, clock, lost, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(Store, "purge", lambda *_: gate.wait(30))
    log = EventLog(
        folder, waiting=3, clock=clock, on_drop=lambda cause, count: lost.append((cause, count))
    )
    for _ in range(10):
        log.record(event())
    assert log.dropped == 7
    assert lost == [("queue", 1)] * 7
    gate.set()
    assert log.flush()
    assert log.written == 3
    log.close()


def test_a_flush_or_close_that_cannot_be_queued_gives_up(folder, clock, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(Store, "purge", lambda *_: gate.wait(30))
    log = EventLog(folder, waiting=1, clock=clock)
    log.record(event())
    assert not log.flush(timeout=0.01)
    log.close(timeout=0.01)
    gate.set()
    log._queue.put(None)
    log._thread.join(10)
    assert not log._thread.is_alive()


def test_a_full_disk_is_counted_said_once_and_heals(log, folder, lost, monkeypatch, caplog):
    insert = Store.insert

    def tight(store, rows):
        store._connection.execute("PRAGMA max_page_count = 1").fetchall()
        insert(store, rows)

    monkeypatch.setattr(Store, "insert", tight)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            log.record(event(detail="x" * 500, address=ADDRESS_LONG))
            for _ in range(200):
                log.record(event())
            assert log.flush()
    assert log.dropped == sum(count for cause, count in lost if cause == "disk") > 0
    assert "full" in log.error
    assert [r.getMessage() for r in caplog.records] == [f"event log: {log.error}"]
    monkeypatch.setattr(Store, "insert", insert)
    written = log.written
    log.record(event())
    assert log.flush()
    assert (log.written, log.error) == (written + 1, "")


ADDRESS_LONG = "https://a.example/" + "x" * 4000


def test_a_damaged_file_is_thrown_away_and_the_log_goes_on(log, folder):
    log.record(event())
    assert log.flush()
    log._shut()
    body = bytearray((folder / FILE).read_bytes())
    body[100:] = os.urandom(len(body) - 100)
    (folder / FILE).write_bytes(body)
    for _ in range(3):
        log.record(event())
        assert log.flush()
    assert log.written >= 2
    assert times(folder)


def test_a_folder_that_cannot_be_made_loses_events_quietly(tmp_path, clock):
    (tmp_path / "file").write_text("in the way")
    log = EventLog(tmp_path / "file" / "log", clock=clock)
    log.record(event())
    assert log.flush()
    assert (log.written, log.dropped) == (0, 1)
    assert "NotADirectoryError" in log.error
    log.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_a_folder_open_to_others_is_not_used(tmp_path, clock):
    folder = tmp_path / "log"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    log = EventLog(folder, clock=clock)
    log.record(event())
    assert log.flush()
    assert log.dropped == 1
    assert not list(folder.iterdir())
    log.close()


def test_old_events_go_at_start(folder, clock):
    first = EventLog(folder, clock=clock)
    for days in (8, 6):
        first.record(event(time=NOW - days * DAY))
    first.close()
    assert len(times(folder)) == 2
    second = EventLog(folder, clock=clock)
    assert second.flush()
    assert times(folder) == [NOW - 6 * DAY]
    second.close()


def test_old_events_go_every_hour_and_by_the_policys_days(log, folder, clock):
    log.record(event(time=NOW - 6.99 * DAY))
    assert log.flush()
    clock.now += 0.02 * DAY
    log.record(event(time=clock.now))
    assert log.flush()
    assert len(times(folder)) == 2
    clock.now += 3600
    assert log.flush()
    assert len(times(folder)) == 1
    clock.now += 2 * DAY
    log.configure(Log(days=1))
    assert log.flush()
    assert times(folder) == []


def test_a_clock_set_far_back_does_not_stop_the_purging(log, folder, clock):
    assert log.flush()
    clock.now = NOW - 100 * DAY
    log.record(event(time=clock.now - 8 * DAY))
    assert log.flush()
    clock.now += 3601
    assert log.flush()
    assert times(folder) == []


@pytest.mark.parametrize("plain", [False, True])
def test_addresses_are_kept_as_policy_says(log, folder, plain):
    log.configure(Log(plain_addresses=plain))
    log.record(event())
    assert log.flush()
    (entry,) = EventReader(folder).recent()
    assert entry.address == (sample.ADDRESS if plain else "")
    assert entry.address_digest == keys.stored(folder).address(sample.ADDRESS)
    files = b"".join(p.read_bytes() for p in folder.iterdir() if "-shm" not in p.name)
    assert (b"secret-site" in files) is plain


def test_an_event_that_cannot_be_serialized_costs_its_batch_not_the_thread(log, folder):
    log.record(event()._replace(verdict=None))
    assert log.flush()
    log.record(event())
    assert log.flush()
    assert (log.written, log.dropped) == (1, 1)


def test_another_process_that_holds_the_file_costs_events_not_the_thread(log, folder, monkeypatch):
    def busy(*_):
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "insert", busy)
        log.record(event())
        assert log.flush()
    log.record(event())
    assert log.flush()
    assert (log.written, log.dropped) == (1, 1)
