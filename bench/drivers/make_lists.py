"""Make what one engine looks things up in: `make_lists.py ENGINE TARGET COUNT [SET [FILE ...]]`.

One process each, so that what making it took is given back. `TARGET` is there when it is whole.
"""

import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import marisa_trie
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from bench import made_lists  # noqa: E402

from garim_feed.kinds import Kind  # noqa: E402


def main() -> None:
    """Make it."""
    engine, target, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    beside = target.with_name(f"{target.name}.new")
    if beside.is_dir():
        shutil.rmtree(beside)
    beside.unlink(missing_ok=True)
    if engine == "pictures":
        _pictures(beside, count, sys.argv[4], [Path(name) for name in sys.argv[5:]])
    else:
        MAKERS[engine](beside, count)
    beside.rename(target)


def _garim(target: Path, count: int) -> None:
    target.mkdir()
    made_lists.write(target, made_lists.address_tables(count))


def _keys(target: Path, count: int) -> None:
    keys = made_lists.address_tables(count).exact[Kind.ADDRESS].keys
    with target.open("wb") as file:
        np.save(file, keys)


def _marisa(target: Path, count: int) -> None:
    marisa_trie.Trie(made_lists.expressions(count)).save(str(target))


def _sqlite(target: Path, count: int) -> None:
    keys = made_lists.address_tables(count).exact[Kind.ADDRESS].keys.view(np.int64)
    with sqlite3.connect(target) as base:
        base.execute("CREATE TABLE entries (key INTEGER PRIMARY KEY)")
        rows = ((key,) for key in np.sort(keys).tolist())
        base.executemany("INSERT INTO entries VALUES (?)", rows)


def _pictures(target: Path, count: int, name: str, files: list[Path]) -> None:
    target.mkdir()
    if name == "pictures":
        rows = made_lists.pictures(files, count)
    else:
        rows = {"uniform": made_lists.uniform, "biased": made_lists.biased}[name](count, 0)
    made_lists.write(target, made_lists.picture_tables(rows))


MAKERS: dict[str, Callable[[Path, int], None]] = {
    "garim": _garim,
    "set": _keys,
    "marisa": _marisa,
    "sqlite": _sqlite,
}

if __name__ == "__main__":
    main()
