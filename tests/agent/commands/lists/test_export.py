"""Offline copies: out of one machine and into another, signatures and all."""

import pytest


@pytest.fixture
def copied(run, followed, tmp_path):
    out = run("export", tmp_path / "stick")
    assert out.startswith("national: ")
    return tmp_path / "stick"


def test_a_copy_is_a_published_feed(copied, followed):
    followed.run("verify", copied / "national", "--root", followed.root)


def test_only_one_is_copied_when_that_is_said(run, refused, followed, tmp_path):
    run("export", tmp_path / "one", "--name", "national")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["national"]
    assert "other" in refused("export", tmp_path / "one", "--name", "other")


def test_without_feeds_there_is_nothing_to_copy(refused, tmp_path):
    assert refused("export", tmp_path / "x") == "No feed is followed; there is nothing to export."
