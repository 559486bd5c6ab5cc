"""Generations on disk: names, which one is in force, and which may go.

    ROOT/current                     name of the generation in force, one line
    ROOT/generations/<name>/         `generation.json` and its parts (`*.idx`)
    ROOT/generations/.building-*/    what a build is writing, or what a killed one left

Rules:
- A name is `g`, a number that rises, `-` and 16 hex digits of the content; nothing else ever
  becomes part of a path.
- `current` is swapped by one rename, after everything it leads to is on the disk: whoever reads it
  sees the old or the new generation, whenever the power goes.
- The one in force and the two before it stay: a process that has just read `current` finds its
  folder.
"""

import os
import re
import shutil
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.lookup.generation_file import read_generation

KEPT = 2
"""Generations before the one in force that stay."""
BUILDING = ".building-"
_NAME = re.compile(r"g([1-9][0-9]{0,11})-[0-9a-f]{16}")
_MAX_NAME = 64


def generations_folder(root: Path) -> Path:
    """Return the folder that holds all generations."""
    return root / "generations"


def generation_path(root: Path, name: str) -> Path:
    """Return the folder of a generation (which need not be there).

    Raises:
        FeedError: When nothing may have that name.
    """
    if not _NAME.fullmatch(name):
        raise FeedError("{name} is not the name of a generation.", name=repr(name[:_MAX_NAME]))
    return generations_folder(root) / name


def current_file(root: Path) -> Path:
    """Return the file that names the generation in force."""
    return root / "current"


def current(root: Path) -> str:
    """Return the name of the generation in force; `""` when there is none or it is unreadable."""
    try:
        with current_file(root).open("rb") as file:
            name = file.read(_MAX_NAME).decode("ascii", "replace").strip()
    except OSError:
        return ""
    return name if _NAME.fullmatch(name) else ""


def names(root: Path) -> tuple[str, ...]:
    """Return the names of all generations on the disk, oldest first."""
    try:
        found = [path.name for path in generations_folder(root).iterdir()]
    except OSError:
        return ()
    return tuple(sorted(filter(_NAME.fullmatch, found), key=_number))


def next_name(root: Path, content: str) -> str:
    """Return the name for a new generation.

    Args:
        root: The lists folder.
        content: Digest of the content, 64 hex digits.
    """
    last = max((_number(name) for name in (*names(root), current(root)) if name), default=0)
    return f"g{last + 1}-{content[:16]}"


def swap(root: Path, name: str) -> None:
    """Put a generation into force.

    Raises:
        FeedError: When it is not whole; the one in force stays.
        OSError: When the disk is full or not writable; the one in force stays.
    """
    read_generation(generation_path(root, name))
    beside = root / "current.new"
    with beside.open("w", encoding="ascii") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(current_file(root))
    sync_folder(root)


def prune(root: Path) -> tuple[str, ...]:
    """Delete generations that nobody needs any more, and return their names.

    Those newer than the one in force go too: a build that never came into force left them. So only
    the one writer of the folder may call this. What cannot be deleted (Windows: it is mapped)
    stays for the next time.
    """
    used = current(root)
    if not used:
        return ()
    others = [name for name in names(root) if name != used]
    kept = [name for name in others if _number(name) < _number(used)][-KEPT:]
    gone = tuple(name for name in others if name not in kept)
    for name in gone:
        shutil.rmtree(generation_path(root, name), ignore_errors=True)
    return gone


def sync_folder(folder: Path) -> None:
    """Make renames within a folder durable, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _number(name: str) -> int:
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else 0
