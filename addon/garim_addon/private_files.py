"""Owner-only files and folders: never readable by anybody else, not even for an instant.

Rules:
- A file is created with its final mode beside its place, flushed to the disk, then moved there.
- Reading refuses what another user could read or swap: a symbolic link, a foreign owner, group or
  other permissions on the file or its folder.
- Windows has no such modes: there the files stand under the user's profile, whose inherited access
  rule is the protection, and only the link check is made.
"""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from garim_addon.mitm.errors import HostError
from garim_addon.text import N_

_POSIX = os.name == "posix"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)


class PrivateFileError(HostError):
    """A file or folder that must be private is not."""


_OTHERS_FOLDER = N_("Other users can get into the folder {path}; make it private: chmod 700 {path}")
_OTHERS_FILE = N_("Other users can read {path}; it must be private: chmod 600 {path}")
_OWNER = N_("{path} belongs to another user; Garim does not use it.")
_LINK = N_("{path} is not a plain file but a link or device; Garim does not follow it.")
_NO_FOLDER = N_("{path} is not a folder.")


def ensure_folder(path: Path) -> None:
    """Create `path` as an owner-only folder, or check that it is one.

    Raises:
        PrivateFileError: When it is no folder, foreign, or open to other users.
        OSError: When it cannot be created.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
    status = path.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise PrivateFileError(_NO_FOLDER, path=path)
    _check(path, status, _OTHERS_FOLDER)


def read(path: Path) -> bytes:
    """Return the content of an owner-only file.

    Raises:
        PrivateFileError: When it is a link, foreign, or readable by other users.
        OSError: When it cannot be read (`FileNotFoundError` when it is not there).
    """
    if path.is_symlink():
        raise PrivateFileError(_LINK, path=path)
    with os.fdopen(os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise PrivateFileError(_LINK, path=path)
        _check(path, status, _OTHERS_FILE)
        return file.read()


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put `data` at `path`, whole or not at all, replacing what was there."""
    beside = _write_beside(path, data, mode)
    try:
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def create(path: Path, data: bytes, *, mode: int = 0o600) -> bool:
    """Put `data` at `path` unless something is there already.

    Returns:
        Whether it was written; `False` when another process was first.
    """
    beside = _write_beside(path, data, mode)
    try:
        # A hard link, unlike a rename, fails when the name is taken.
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    _flush_folder(path.parent)
    return True


def _write_beside(path: Path, data: bytes, mode: int) -> Path:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    try:
        with os.fdopen(os.open(beside, flags, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside


def _flush_folder(folder: Path) -> None:
    if not _POSIX:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check(path: Path, status: os.stat_result, open_to_others: str) -> None:
    if not _POSIX:
        return
    if status.st_uid != os.geteuid():
        raise PrivateFileError(_OWNER, path=path)
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise PrivateFileError(open_to_others, path=path)
