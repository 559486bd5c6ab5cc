"""Finding events by id, address, content and filters; a look never writes."""

import sqlite3
from contextlib import closing

import pytest
import sample_events as sample

from garim_addon.decide.action import Action
from garim_addon.exchange import Direction
from garim_addon.record import keys
from garim_addon.record.entry import Entry
from garim_addon.record.reader import EventLogError, EventReader
from garim_addon.record.store import FILE, Store
from garim_addon.verdict import Outcome, Reason

EVENTS = [
    sample.event(ident="AAAAAA", time=1.0),
    sample.event(ident="BBBBBB", time=2.0, address="https://b.example/", host="b.example"),
    sample.event(
        ident="AAAAAA",
        time=3.0,
        outcome=Outcome.ALLOW,
        reason=Reason.NOTHING_FOUND,
        action=Action.PASS,
        sha256="ee" * 32,
    ),
    sample.event(ident="CCCCCC", time=4.0, direction=Direction.UPLOAD, action=Action.REFUSE),
]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "log"
    made = keys.load(folder)
    with closing(Store.open(folder)) as store:
        store.insert(Entry.of(event, made) for event in EVENTS)
    return folder


def found(entries):
    return [entry.time for entry in entries]


def test_by_id_the_newest_first_as_a_person_types_it(folder):
    reader = EventReader(folder)
    assert found(reader.by_id("aaa-aaa")) == [3.0, 1.0]
    assert found(reader.by_id("AAAAAA", limit=1)) == [3.0]
    assert reader.by_id("ZZZZZZ") == []
    assert reader.by_id("' OR 1=1 --") == []


def test_by_address_though_only_digests_are_kept(folder):
    reader = EventReader(folder)
    assert found(reader.by_address("HTTPS://B.example:443#x")) == [2.0]
    assert found(reader.by_address(sample.ADDRESS)) == [4.0, 3.0, 1.0]
    assert reader.by_address("https://nowhere.example/") == []


def test_by_content(folder):
    reader = EventReader(folder)
    assert found(reader.by_content("EE" * 32)) == [3.0]
    assert reader.by_content("00" * 32) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [4.0, 3.0, 2.0, 1.0]),
        ({"limit": 2}, [4.0, 3.0]),
        ({"outcome": Outcome.BLOCK}, [4.0, 2.0, 1.0]),
        ({"action": Action.REFUSE}, [4.0]),
        ({"direction": Direction.DOWNLOAD}, [3.0, 2.0, 1.0]),
        ({"host": "B.Example."}, [2.0]),
        ({"since": 3.0}, [4.0, 3.0]),
        ({"since": 2.0, "outcome": Outcome.BLOCK, "action": Action.REPLACE}, [2.0]),
    ],
)
def test_recent_events_that_fit_all_filters(folder, filters, expected):
    assert found(EventReader(folder).recent(**filters)) == expected


def test_no_log_yet_is_an_empty_log_and_stays_away(tmp_path):
    reader = EventReader(tmp_path / "none")
    assert reader.recent() == reader.by_id("AAAAAA") == reader.by_address("https://a/") == []
    assert reader.recent(host="a.example") == reader.by_content("00") == []
    assert not list(tmp_path.iterdir())


def test_a_damaged_row_is_left_out(folder):
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        connection.execute("UPDATE event SET body = '{' WHERE time = 2")
        connection.execute("UPDATE event SET reason = 'x' WHERE time = 3")
        connection.execute("UPDATE event SET time = 'x' WHERE time = 4")
    assert found(EventReader(folder).recent()) == [1.0]


def test_a_damaged_file_is_a_clear_error_and_left_alone(folder):
    (folder / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(EventLogError, match=r"The event log .*events\.db cannot be read: file is"):
        EventReader(folder).recent()
    assert (folder / FILE).read_bytes() == b"no database" * 100


def test_a_key_that_cannot_be_read_is_a_clear_error(folder):
    (folder / keys.FILE).unlink()
    (folder / keys.FILE).mkdir()
    with pytest.raises(EventLogError, match="The event log's key cannot be read"):
        EventReader(folder).by_address(sample.ADDRESS)


def test_a_log_is_read_while_it_is_written(folder):
    with closing(Store.open(folder)) as store:
        store.insert([Entry.of(sample.event(time=9.0))])
        assert found(EventReader(folder).recent(1)) == [9.0]
        store.insert([Entry.of(sample.event(time=10.0))])
        assert found(EventReader(folder).recent(1)) == [10.0]
