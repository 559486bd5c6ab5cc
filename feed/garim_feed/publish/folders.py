"""Files that are whole or not there.

Rules:
- Written beside under a name of no meaning, flushed, renamed; the folder is flushed too.
- A private file is owner-only from its first byte.
"""

import os
import secrets
import sys
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

BESIDE = ".garim-"
"""How names of unfinished files begin; they may be deleted at any time when nobody writes."""
_CHUNK = 1 << 20


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file."""
    with _beside(path, private=private) as (file, beside):
        file.write(data)
        _finish(file, beside, path)


def copy(source: Path, path: Path) -> None:
    """Copy a file."""
    with source.open("rb") as origin, _beside(path, private=False) as (file, beside):
        copyfileobj(origin, file, _CHUNK)
        _finish(file, beside, path)


def make(folder: Path) -> None:
    """Make a folder, with those above it, so that it survives a loss of power."""
    if folder.is_dir():
        return
    make(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make renames within a folder survive a loss of power."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _beside:  # noqa: N801 - a context manager, used like a function
    """An unfinished file, deleted if it is not finished."""

    def __init__(self, path: Path, *, private: bool) -> None:
        self._path = path.with_name(f"{BESIDE}{secrets.token_hex(8)}")
        self._mode = 0o600 if private else 0o644

    def __enter__(self) -> tuple[BinaryIO, Path]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(self._path, flags, self._mode), "wb")
        return self._file, self._path

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _finish(file: BinaryIO, beside: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    beside.replace(path)
