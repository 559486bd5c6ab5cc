"""The workspace: private, one writer, whole transactions."""

import sqlite3
import stat

import pytest

from garim_feed.errors import FeedError
from garim_feed.publish.progress import Step, silent
from garim_feed.publish.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    with Workspace.create(tmp_path / "feed") as made:
        yield made


def test_only_the_owner_can_look_into_it(workspace):
    for place in (workspace.root, workspace.keys, workspace.targets, workspace.root / "store.db"):
        assert not stat.S_IMODE(place.stat().st_mode) & 0o077


def test_one_that_others_can_read_is_not_opened(workspace):
    workspace.close()
    workspace.root.chmod(0o755)
    with pytest.raises(FeedError, match="chmod"):
        Workspace.open(workspace.root)


def test_a_folder_in_use_is_not_taken(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FeedError, match="not an empty folder"):
        Workspace.create(tmp_path)
    with pytest.raises(FeedError, match="not an empty folder"):
        Workspace.create(tmp_path / "file")


def test_what_is_none_is_not_opened(tmp_path):
    with pytest.raises(FeedError, match="no feed workspace"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000])
def test_a_damaged_store_is_not_opened(workspace, damage):
    workspace.close()
    for file in workspace.root.glob("store.db-*"):
        file.unlink()
    (workspace.root / "store.db").write_bytes(damage)
    with pytest.raises(FeedError, match="damaged or not of this version"):
        Workspace.open(workspace.root)


def test_another_versions_store_is_not_opened(workspace):
    workspace.store.execute("UPDATE setting SET value = '2' WHERE name = 'format'")
    workspace.close()
    with pytest.raises(FeedError, match="not of this version"):
        Workspace.open(workspace.root)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_fails_leaves_nothing(workspace, error):
    def failing():
        with workspace.changing() as store:
            store.execute("INSERT INTO setting VALUES ('feed', 'x')")
            raise error

    with pytest.raises(error):
        failing()
    assert workspace.feed == ""


def test_a_transaction_within_another_is_part_of_it(workspace):
    def failing():
        with workspace.changing():
            with workspace.changing() as store:
                store.execute("INSERT INTO setting VALUES ('feed', 'x')")
            raise ValueError

    with pytest.raises(ValueError):
        failing()
    assert workspace.feed == ""


def test_a_second_writer_is_told(workspace):
    with Workspace.open(workspace.root) as other:
        other.store.execute("PRAGMA busy_timeout = 10")
        with (
            workspace.changing(),
            pytest.raises(FeedError, match="Somebody else is changing"),
            other.changing(),
        ):
            raise AssertionError


def test_a_reader_is_not_held_up_and_sees_one_state(workspace):
    with Workspace.open(workspace.root) as other, other.reading():
        assert other.feed == ""
        with workspace.changing() as store:
            store.execute("INSERT INTO setting VALUES ('feed', 'x')")
        assert other.feed == ""
    assert workspace.feed == "x"


def test_a_second_publisher_is_told(workspace, monkeypatch):
    connect = sqlite3.connect
    with workspace.publishing():
        monkeypatch.setattr(
            sqlite3, "connect", lambda path, **facts: connect(path, **{**facts, "timeout": 0.01})
        )
        with pytest.raises(FeedError, match="Somebody else is publishing"), workspace.publishing():
            raise AssertionError
    with workspace.publishing():
        pass


def test_a_full_disk_is_said_and_changes_nothing(workspace):
    (pages,) = workspace.row("PRAGMA page_count")
    workspace.store.execute(f"PRAGMA max_page_count = {pages + 2}")

    def filling():
        with workspace.changing() as store:
            store.execute("INSERT INTO setting VALUES ('feed', 'x')")
            store.execute("INSERT INTO setting VALUES ('title', hex(zeroblob(1000000)))")

    with pytest.raises(FeedError, match="disk is full"):
        filling()
    assert workspace.feed == ""
    assert not workspace.store.in_transaction


LONG = (
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000000)"
    " SELECT sum(n) FROM c"
)


def test_long_statements_call_back(workspace):
    told = []
    with workspace.watched(Step.APPLY, lambda step, done, _: told.append((step, done))):
        workspace.store.execute(LONG).fetchall()
    assert told[0] == (Step.APPLY, 1)


def test_ctrl_c_works_within_a_long_statement(workspace):
    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), workspace.watched(Step.APPLY, interrupted):
        workspace.store.execute(LONG).fetchall()


def test_an_error_of_the_store_stays_one(workspace):
    with pytest.raises(sqlite3.OperationalError), workspace.watched(Step.APPLY, silent):
        workspace.store.execute("SELECT * FROM nothing")
