"""Fetching now: what came, what did not, and the exit code."""

import json

from garim_agent.commands.lists import sync


def test_without_feeds_there_is_nothing_to_do(call):
    done = call("sync")
    assert (done.exit_code, done.stdout) == (0, "")


def test_what_is_new_comes_into_force(call, run, followed):
    followed.release("host:more.example")
    done = call("sync")
    assert (done.exit_code, "national: ncii 2;" in done.stdout) == (0, True)
    assert "New lists are in force." in done.stderr
    done = call("sync")
    assert (done.exit_code, "Nothing changed." in done.stderr) == (0, True)
    found = json.loads(run("sync", "--json"))
    assert (found["changed"], found["feeds"][0]["name"]) == (False, "national")


def test_one_failing_feed_holds_up_no_other(call, run, followed, tmp_path):
    copy = followed.copy(tmp_path / "copy")
    run("add", copy.published, "--root", copy.root, "--name", "other", "--yes")
    (followed.published / "metadata" / "timestamp.json").unlink()
    copy.release("host:more.example")
    done = call("sync")
    assert done.exit_code == 2
    assert "other: ncii 2;" in done.stdout
    assert "national: ncii 1;" in done.stdout
    assert "national: " in done.stderr


def test_progress_is_told(followed, garim_home, monkeypatch):
    made = []
    stock = sync.progress_bar

    def progress_bar():
        made.append(stock())
        return made[-1]

    monkeypatch.setattr(sync, "progress_bar", progress_bar)
    from garim_agent.folders import folders
    from garim_feed.sync.store import ListStore

    followed.release("host:more.example")
    sync.fetch(ListStore(folders().lists))
    assert [task.description for task in made[0].tasks] == ["national"]
