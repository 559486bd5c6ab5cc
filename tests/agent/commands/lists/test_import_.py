"""Offline copies, taken in on a machine that cannot reach the feed."""

import pytest


@pytest.fixture
def copied(run, followed, tmp_path):
    run("export", tmp_path / "stick")
    return tmp_path / "stick"


@pytest.fixture
def another(run, feed, copied, monkeypatch, tmp_path):
    """Another machine that follows the feed and cannot reach it."""
    monkeypatch.setenv("GARIM_HOME", str(tmp_path / "another"))
    unreachable = "http://127.0.0.1:1/feed"
    run("add", unreachable, "--root", feed.root, "--name", "national", "--yes", code=2)
    run("test", "evil.example", code=0)
    return copied


@pytest.mark.parametrize("folder", [".", "national"])
def test_another_machine_takes_the_copy(run, another, folder):
    assert "national: ncii 1;" in run("import", another / folder)
    run("test", "evil.example", code=3)


def test_it_is_checked_there(call, run, another):
    segment = next((another / "national").rglob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-1] + b"x")
    assert call("import", another).exit_code == 2
    run("test", "evil.example", code=0)


def test_a_folder_without_a_copy(refused, another, tmp_path):
    said = refused("import", tmp_path / "another")
    assert said.endswith("holds no copy of a feed that is followed (national).")


def test_a_feed_must_be_followed_first(refused, another, monkeypatch, tmp_path):
    monkeypatch.setenv("GARIM_HOME", str(tmp_path / "third"))
    assert refused("import", another)
    assert refused("import", another / "national").startswith("Say which feed")
