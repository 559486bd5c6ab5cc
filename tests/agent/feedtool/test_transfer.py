"""Other systems' files: all of one or nothing of it, and nothing half written."""

import json
import subprocess
import sys

import pytest

GOOD = "0.0.0.0 a.example\n0.0.0.0 b.example\n"
BAD = GOOD + "0.0.0.0 not_a_host!\n10.0.0.1 c.example\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "bad.hosts"


def additions(house):
    return sum(each["additions"] for each in json.loads(house.run("draft", "--json")))


def test_a_file_is_imported_by_what_it_says(house, file):
    file.write_text(GOOD)
    done = house.call("import", file, who="minji")
    assert done.exit_code == 0
    assert "2 to add" in done.stderr
    assert additions(house) == 2


def test_bad_rows_are_listed_and_nothing_is_imported(house, file):
    file.write_text(BAD)
    done = house.call("import", file, who="minji")
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert lines[0].startswith("line 3: ")
    assert lines[1].startswith("line 4: ")
    assert lines[2].startswith("garim-feed: 2 rows cannot be imported, so none was;")
    assert len(lines) == 3
    assert additions(house) == 0


def test_the_rest_is_taken_when_that_is_wanted(house, file):
    file.write_text(BAD)
    done = house.call("import", file, "--skip-bad", who="minji")
    assert done.exit_code == 0
    assert "line 4: " in done.stderr
    assert additions(house) == 2


def test_more_bad_rows_than_anybody_reads_are_counted(house, file, monkeypatch):
    monkeypatch.setattr("garim_feed.convert.rows.MAX_KEPT", 3)
    file.write_text(GOOD + "10.0.0.1 c.example\n" * 5)
    done = house.call("import", file, "--format", "hosts", who="minji")
    assert "... and 2 more bad rows." in done.stderr
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("no.hosts", [], "No such file"),
        ("bad.hosts", ["--format", "excel"], "There is no format excel; there are hosts,"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(house, tmp_path, name, arguments, sentence):
    (tmp_path / "bad.hosts").write_text(GOOD)
    assert sentence in house.refused("import", tmp_path / name, *arguments)


def test_a_list_is_exported_and_imported_again(feed, tmp_path):
    for name in ("out.txt", "out.csv", "out.json", "out.hosts"):
        feed.run("export", tmp_path / name)
    assert (tmp_path / "out.hosts").read_text() == "0.0.0.0 evil.example\n"
    done = feed.call("export", tmp_path / "out.hosts")
    assert "1 entries written." in done.stderr
    assert "1 entries were left out" in done.stderr
    feed.run("import", tmp_path / "out.txt")
    assert additions(feed) == 2


def test_what_has_expired_is_not_exported(feed, tmp_path):
    feed.run("add", "host:old.example", "--expires", "2001-01-01")
    feed.decide()
    feed.run("export", tmp_path / "out.txt")
    assert "old.example" not in (tmp_path / "out.txt").read_text()


def test_a_name_that_says_no_format_needs_one(feed, tmp_path):
    assert feed.refused("export", tmp_path / "out.bin").startswith("Say which format: --format,")
    feed.run("export", tmp_path / "out.bin", "--format", "plain")


def test_an_export_that_fails_leaves_what_was_there(feed, tmp_path, monkeypatch):
    file = tmp_path / "out.hosts"
    file.write_text("before")

    def fails(_items, stream):
        stream.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr("garim_feed.convert.formats.FORMATS", {})
    from garim_agent.feedtool import transfer

    class Full:
        write = staticmethod(fails)

    monkeypatch.setattr(transfer, "_writer", lambda _word, _file: Full)
    assert "the disk is full" in feed.refused("export", file)
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.hosts"]


def test_streams_are_read_and_written(feed):
    program = [sys.executable, "-c", "from garim_agent.feed_main import main; main()"]
    own = [*program, "--lang", "en", "-C", str(feed.workspace), "--as", "minji"]
    out = subprocess.run(
        [*own, "export", "-", "--format", "hosts"], capture_output=True, check=True, timeout=60
    )
    assert out.stdout == b"0.0.0.0 evil.example\n"
    subprocess.run(
        [*own, "import", "-"], input=GOOD.encode(), capture_output=True, check=True, timeout=60
    )
    assert additions(feed) == 2
