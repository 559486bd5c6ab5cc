import os
import stat

import pytest

from garim_addon import private_files
from garim_addon.private_files import PrivateFileError


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def open_umask():
    old = os.umask(0)
    yield
    os.umask(old)


def test_a_new_folder_is_for_its_owner_only(tmp_path, open_umask):
    private_files.ensure_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700


@pytest.mark.parametrize("bits", [0o710, 0o704, 0o755, 0o770, 0o777])
def test_a_folder_open_to_others_is_refused(tmp_path, bits):
    (tmp_path / "a").mkdir()
    (tmp_path / "a").chmod(bits)
    with pytest.raises(PrivateFileError, match="chmod 700"):
        private_files.ensure_folder(tmp_path / "a")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(PrivateFileError, match="not a folder"):
        private_files.ensure_folder(tmp_path / "a")


@pytest.mark.parametrize("put", [private_files.write, private_files.create])
def test_a_file_is_private_from_its_first_instant(tmp_path, open_umask, put, monkeypatch):
    seen = []
    opened = os.open

    def watch(path, flags, *args, **kwargs):
        handle = opened(path, flags, *args, **kwargs)
        if flags & os.O_CREAT:
            assert flags & os.O_EXCL
            seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        return handle

    monkeypatch.setattr(os, "open", watch)
    put(tmp_path / "key", b"secret")
    assert seen == [0o600]
    assert mode(tmp_path / "key") == 0o600
    assert private_files.read(tmp_path / "key") == b"secret"
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_create_leaves_what_is_there(tmp_path):
    assert private_files.create(tmp_path / "key", b"first")
    assert not private_files.create(tmp_path / "key", b"second")
    assert private_files.read(tmp_path / "key") == b"first"
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_write_replaces_a_link_and_not_what_it_points_at(tmp_path):
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "key").symlink_to(tmp_path / "other")
    private_files.write(tmp_path / "key", b"secret")
    assert (tmp_path / "other").read_bytes() == b"other"
    assert not (tmp_path / "key").is_symlink()


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    private_files.write(tmp_path / "key", b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        private_files.write(tmp_path / "key", b"new")
    assert (tmp_path / "key").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o644, 0o660, 0o666, 0o610])
def test_a_file_open_to_others_is_refused(tmp_path, bits):
    private_files.write(tmp_path / "key", b"secret")
    (tmp_path / "key").chmod(bits)
    with pytest.raises(PrivateFileError, match="chmod 600"):
        private_files.read(tmp_path / "key")


def test_links_and_devices_are_refused(tmp_path):
    private_files.write(tmp_path / "real", b"secret")
    (tmp_path / "key").symlink_to(tmp_path / "real")
    with pytest.raises(PrivateFileError, match="link or device"):
        private_files.read(tmp_path / "key")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    with pytest.raises(PrivateFileError, match="link or device"):
        private_files.read(tmp_path / "dangling")


def test_another_users_file_is_refused(tmp_path, monkeypatch):
    private_files.write(tmp_path / "key", b"secret")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(PrivateFileError, match="another user"):
        private_files.read(tmp_path / "key")
    with pytest.raises(PrivateFileError, match="another user"):
        private_files.ensure_folder(tmp_path)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        private_files.read(tmp_path / "key")
