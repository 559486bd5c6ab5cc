"""Files of the lists folder: owner-only, whole or not at all, one writer.

Rules:
- A file is written beside its place, flushed to the disk, then moved there; what a kill leaves
  beside it is never read and is cleared by the next writer of the same file.
- A lock belongs to an open file: the kernel releases it when its holder ends, however it ends.
  A child that was given the open file (`pass_fds`) holds it too, until it ends itself.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from garim_feed.errors import FeedError

_LOOK_EVERY = 0.05
_BESIDE = ".new"
_BINARY = getattr(os, "O_BINARY", 0)


def folder(path: Path) -> Path:
    """Create an owner-only folder if it is not there, with such parents, and return it."""
    if not path.parent.exists():
        folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def write(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file whole or not at all.

    Args:
        path: The file; its folder is created.
        data: Its content.
        durable: Flush it to the disk: it survives a power cut, not only a kill.

    Raises:
        OSError: When it cannot be written; the old one stays.
    """
    folder(path.parent)
    beside = path.with_name(path.name + _BESIDE)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                flush(file)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    if durable:
        flush_folder(path.parent)


def flush(file: BinaryIO) -> None:
    """Bring what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Bring the names in a folder to the disk (where the system can)."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(path: Path) -> None:
    """Bring every file below a folder, and their names, to the disk."""
    for here, _folders, names in path.walk():
        for name in names:
            with (here / name).open("rb") as file:
                os.fsync(file.fileno())
        flush_folder(here)


@contextlib.contextmanager
def locked(path: Path, wait: float = 0.0) -> Iterator[int]:
    """Hold a lock file.

    Args:
        path: The lock file; created, never deleted.
        wait: Seconds to wait for whoever holds it.

    Yields:
        The open file's descriptor, for a child that shall hold the lock too.

    Raises:
        FeedError: When somebody else still holds it.
    """
    folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + wait
        while not _take(handle):
            if time.monotonic() >= until:
                raise FeedError(
                    "Another program is at work in {path}; try again when it is done.",
                    path=path.parent.parent,
                )
            time.sleep(_LOOK_EVERY)
        yield handle
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    """Take the lock of an open file if it is free."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - only on Windows

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
