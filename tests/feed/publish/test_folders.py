"""Files that are whole or not there."""

import stat

import pytest

from garim_feed.publish import folders


def test_a_file_is_written_whole(tmp_path):
    folders.write(tmp_path / "a", b"one")
    folders.write(tmp_path / "a", b"two")
    folders.flush_folder(tmp_path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a", b"two")]


def test_a_private_file_is_private(tmp_path):
    folders.write(tmp_path / "a", b"secret", private=True)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_copy_is_the_same(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    folders.copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x" * 3_000_000


def test_folders_are_made_with_those_above_them(tmp_path):
    folders.make(tmp_path / "a" / "b" / "c")
    folders.make(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_what_fails_leaves_the_old_file_and_nothing_beside(tmp_path, monkeypatch):
    folders.write(tmp_path / "a", b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        folders.write(tmp_path / "a", b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a", b"old")]
