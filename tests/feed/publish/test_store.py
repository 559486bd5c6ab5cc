"""How the store behaves."""

import sqlite3

import pytest

from garim_feed.publish.store import connect, statements


def test_pragmas(tmp_path):
    store = connect(tmp_path / "a.db")
    pragmas = {
        name: store.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0
    }  # fmt: skip
    store.close()


def test_what_is_no_store_is_refused_and_closed(tmp_path):
    (tmp_path / "a.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(sqlite3.DatabaseError):
        connect(tmp_path / "a.db")


def test_scripts_are_split_at_the_ends_of_statements():
    script = """
CREATE TABLE a (b);
CREATE TRIGGER c BEFORE DELETE ON a
    BEGIN SELECT 1; SELECT 2; END;
"""
    one, two = statements(script)
    assert "TABLE" in one
    assert two.rstrip().endswith("END;")


def test_what_a_large_transaction_left_is_given_back(tmp_path):
    store = connect(tmp_path / "a.db")
    store.execute("CREATE TABLE a (b BLOB)")
    store.execute("INSERT INTO a VALUES (zeroblob(100000000))")
    store.execute("PRAGMA wal_checkpoint(RESTART)")
    store.execute("INSERT INTO a VALUES (1)")
    assert (tmp_path / "a.db-wal").stat().st_size <= 64 << 20
    store.close()
