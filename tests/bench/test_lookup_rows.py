import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from bench import lookup_rows
from bench.context import SkippedError
from bench.driver import Spent
from bench.lookup_rows import Asked, Questions, Row

COMMON, ONE, TWO, WARM = (Questions(Path(name), 10) for name in ("common", "one", "two", "warm"))
CONTEXT = SimpleNamespace(rounds=2, tell=lambda text: None)


class Answering:
    """A driver that always finds the same."""

    def __init__(self, found, milliseconds=None, rss=5):
        self.asked = []
        self._said = {"found": found, "open_ms": 3.0, "rss_kb": rss}
        if milliseconds:
            self._said["ms"] = milliseconds

    def judge(self, path, count):
        assert count == 1
        self.asked.append(str(path))
        return Spent(cpu=20.0, wall=30.0, said=self._said)


def measured(**drivers):
    rows = {name: Row(name, 100) for name in drivers}
    asked = dict.fromkeys(rows, Asked(COMMON, (ONE, TWO, WARM)))
    lookup_rows.measure(CONTEXT, "", rows, drivers, asked)
    return rows


def test_engines_are_asked_the_common_questions_first_and_then_others_each_round():
    driver = Answering(4)
    rows = measured(a=driver)
    assert driver.asked == ["common", "warm", "one", "two"]
    assert rows["a"].cpu == [2.0, 2.0]
    assert rows["a"].open_ms == 3.0
    assert rows["a"].bytes == 5 * 1024
    assert rows["a"].first is None
    assert rows["a"].rounds.median == 2.0


def test_hashes_are_timed_one_by_one():
    rows = measured(a=Answering(4, [9.0] * 20 + [1.0] * 20))
    assert rows["a"].first == 9.0
    assert len(rows["a"].wall) == 80


def test_engines_that_find_different_entries_are_not_measured():
    with pytest.raises(ValueError, match="different"):
        measured(a=Answering(4), b=Answering(5))


def test_engines_without_common_questions_are_not_compared():
    rows = {"a": Row("a", 100, bytes=7.0), "b": Row("b", 100)}
    asked = {"a": Asked(COMMON, (ONE, TWO, WARM)), "b": Asked(None, (ONE, TWO, WARM))}
    drivers = {"a": Answering(4), "b": Answering(5)}
    lookup_rows.measure(CONTEXT, "", rows, drivers, asked)
    assert drivers["b"].asked == ["warm", "one", "two"]
    assert rows["a"].bytes == 7.0


def test_what_was_made_is_made_once(monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr(lookup_rows, "run", lambda *arguments: ran.append(arguments))
    lookup_rows.made(CONTEXT, tmp_path / "there-not", "set", 5, "more")
    assert ran == [("make_lists.py", "set", str(tmp_path / "there-not"), "5", "more")]
    assert lookup_rows.made(CONTEXT, tmp_path, "set", 5) == tmp_path
    assert len(ran) == 1


def test_a_driver_that_fails_is_told(monkeypatch, tmp_path):
    (tmp_path / "fails.py").write_text("raise ValueError('no disk')", "utf-8")
    (tmp_path / "works.py").write_text("import sys; print(sys.argv[1])", "utf-8")
    monkeypatch.setattr(lookup_rows, "DRIVERS", tmp_path)
    assert lookup_rows.run("works.py", "hello") == "hello\n"
    with pytest.raises(SkippedError, match="no disk"):
        lookup_rows.run("fails.py")


def test_sizes_of_files_and_folders(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "one").write_bytes(bytes(5))
    (tmp_path / "two").write_bytes(bytes(7))
    assert lookup_rows.size(tmp_path) == 12
    assert lookup_rows.size(tmp_path / "two") == 7


def test_a_driver_is_a_process_of_this_python():
    made = lookup_rows.driver("set", Path("keys"))
    assert made._command == [sys.executable, str(lookup_rows.DRIVERS / "lookups.py"), "set", "keys"]


def test_many_drivers_are_told_in_order(monkeypatch, tmp_path):
    (tmp_path / "works.py").write_text("import sys; print(sys.argv[1])", "utf-8")
    monkeypatch.setattr(lookup_rows, "DRIVERS", tmp_path)
    jobs = [("works.py", str(number)) for number in range(4)]
    assert list(lookup_rows.run_all(jobs)) == ["0\n", "1\n", "2\n", "3\n"]
