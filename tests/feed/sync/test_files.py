import os
import stat
import subprocess
import sys
import time

import pytest

from garim_feed.errors import FeedError
from garim_feed.sync import files


def test_a_file_is_owner_only_and_so_is_its_folder(tmp_path):
    place = tmp_path / "new" / "folder" / "file.json"
    files.write(place, b"first")
    files.write(place, b"second", durable=False)
    assert place.read_bytes() == b"second"
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "new" / "folder").stat().st_mode) == 0o700
    assert list(place.parent.iterdir()) == [place]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    place = tmp_path / "file.json"
    files.write(place, b"first")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(place, b"second")
    assert place.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [place]


def test_what_a_kill_left_beside_is_written_over(tmp_path):
    (tmp_path / "file.json.new").write_bytes(b"half of something that was longer")
    files.write(tmp_path / "file.json", b"whole")
    assert [place.name for place in tmp_path.iterdir()] == ["file.json"]
    assert (tmp_path / "file.json").read_bytes() == b"whole"


def test_a_tree_is_flushed(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("in/file")
    flushed = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    files.flush_tree(tmp_path)
    assert len(flushed) == 4


def test_a_lock_is_held_by_one(tmp_path):
    path = tmp_path / "locks" / "one.lock"
    with files.locked(path):
        with pytest.raises(FeedError, match="Another program is at work"), files.locked(path):
            pass
        with pytest.raises(FeedError), files.locked(path, wait=0.1):
            pass
    with files.locked(path) as handle:
        assert os.fstat(handle)


_HOLD = """
import sys, time
from pathlib import Path
from garim_feed.sync import files
with files.locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_dead_one_s_lock_is_free(tmp_path):
    path = tmp_path / "one.lock"
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FeedError), files.locked(path):
            pass
        holder.kill()
    with files.locked(path, wait=5):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="a child cannot be given the lock there")
def test_a_child_that_was_given_the_lock_holds_it_too(tmp_path):
    path = tmp_path / "one.lock"
    with files.locked(path) as handle:
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            pass_fds=(handle,),
        )
    with pytest.raises(FeedError), files.locked(path):
        pass
    child.communicate(b"")
    started = time.monotonic()
    with files.locked(path, wait=5):
        assert time.monotonic() - started < 5


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_missing_parents_are_private_too(tmp_path):
    files.folder(tmp_path / "state" / "lists")
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
