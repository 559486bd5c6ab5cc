"""(f) Look-ups in large lists: addresses and pictures, peers beside us.

Rules:
- Lists are as large as the largest that are kept: 5 million addresses, 1 and 10 million pictures.
- One process and one thread an engine; CPU time is the figure, as in the other parts.
- Pictures are looked up in sets that differ in skew, since a band index is at its best where bits
  are thrown like coins, and no real set is.
"""

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
from bench import lists_tables, lookup_rows, made_lists
from bench.context import Context
from bench.lists_tables import LARGE, RELOADS, Reloads
from bench.lookup_rows import Asked, Questions, Row
from bench.report import Part
from numpy.typing import NDArray

NAME = "lists"
TITLE = "(f) Look-ups in large lists"
ADDRESSES = 5_000_000
PICTURES = (1_000_000, 10_000_000)
SETS = ("uniform", "pictures", "biased")
_VERSION = 1
_ADDRESSES_ASKED = 20_000
_HASHES_ASKED, _FEW = 200, 20
"""Hashes a round; so many where a scan takes many milliseconds."""
_SCENES = 10_000
"""Scenes a process that the variants of pictures are made from."""
_SCANS = ("numpy", "faiss-flat")
ADDRESS_ENGINES = {
    "garim-key": "Garim, one expression",
    "marisa": "marisa-trie, mapped",
    "sqlite": "SQLite, integer key, immutable",
    "set": "Python set of keys",
    "garim-url": "Garim, whole URL",
}
PICTURE_ENGINES = {
    "garim-hash": "Garim, one hash",
    "faiss-flat": "faiss IndexBinaryFlat",
    "faiss-multihash": "faiss IndexBinaryMultiHash",
    "numpy": "numpy scan",
    "garim-image": "Garim, picture in 8 forms",
}


def run(context: Context) -> Part:
    """Measure."""
    shrink = 50 if context.quick else 1
    folder = context.cache / f"lists-v{_VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    addresses = _addresses(context, folder, ADDRESSES // shrink)
    context.tell(f"{RELOADS:,} reloads")
    took, reloads = _reloads(folder, ADDRESSES // shrink)
    pictures = {
        f"{name}, {count // shrink:,}": _pictures(context, folder, name, count // shrink)
        for count in PICTURES
        for name in SETS
    }
    tables = [lists_tables.addresses(addresses), lists_tables.reloads(took, reloads)]
    tables += [lists_tables.pictures(title, rows) for title, rows in pictures.items()]
    return Part(
        NAME,
        TITLE,
        tables=tuple(tables),
        aims=(
            *lists_tables.address_aims(addresses, reloads),
            *lists_tables.picture_aims(pictures),
        ),
        notes=lists_tables.NOTES,
        raw={
            "addresses_cpu_ms": {row.name: row.cpu for row in addresses},
            "pictures_cpu_ms": {t: {r.name: r.cpu for r in rows} for t, rows in pictures.items()},
            "reloads": reloads,
        },
    )


def _addresses(context: Context, folder: Path, count: int) -> list[Row]:
    kinds = {engine: engine.partition("-")[0] for engine in ADDRESS_ENGINES}
    paths = {
        engine: lookup_rows.made(context, folder / f"{kind}-{count}", kind, count)
        for engine, kind in kinds.items()
    }
    files = []
    for number in range(context.rounds + 1):
        path = folder / f"addresses-{count}-{number}"
        asked = made_lists.asked(count, _ADDRESSES_ASKED, number)
        path.write_text("\n".join(asked), "utf-8")
        files.append(Questions(path, len(asked)))
    rows = {engine: Row(name, count) for engine, name in ADDRESS_ENGINES.items()}
    for engine, row in rows.items():
        row.bytes = 0 if engine == "set" else lookup_rows.size(paths[engine])
    with contextlib.ExitStack() as stack:
        drivers = {e: stack.enter_context(lookup_rows.driver(e, paths[e])) for e in rows}
        asked_ = dict.fromkeys(rows, Asked(files[-1], files))
        lookup_rows.measure(context, f"{count:,} addresses", rows, drivers, asked_)
    return list(rows.values())


def _reloads(folder: Path, count: int) -> tuple[float, Reloads]:
    root = folder / f"reloads-{count}"
    if not root.exists():
        beside = folder / f"reloads-{count}.new"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(folder / f"garim-{count}", beside, copy_function=_linked)
        made_lists.write(beside, made_lists.address_tables(count // 10))
        beside.rename(root)
    expression = made_lists.expression(0)
    said = json.loads(lookup_rows.run("reloads.py", str(root), str(RELOADS), expression))
    return said["ms"], {"after a tenth": said["early"], "at the end": said["late"]}


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _pictures(context: Context, folder: Path, name: str, count: int) -> list[Row]:
    listed, other = _scenes(context, folder)
    target = folder / f"{name}-{count}"
    lookup_rows.made(context, target, "pictures", count, name, *map(str, listed))
    engines = dict(PICTURE_ENGINES)
    if count >= LARGE:
        del engines["faiss-multihash"]
    entries = len(made_lists.rows(target))
    rows = {engine: Row(title, entries) for engine, title in engines.items()}
    for engine, row in rows.items():
        row.bytes = lookup_rows.size(target) if engine.startswith("garim") else 0
    asked = _questions(context, folder, target, made_lists.unrelated(name, other))
    with contextlib.ExitStack() as stack:
        drivers = {e: stack.enter_context(lookup_rows.driver(e, target)) for e in rows}
        lookup_rows.measure(context, target.name, rows, drivers, {e: asked[e] for e in rows})
    if count >= LARGE:
        shutil.rmtree(target)
    return list(rows.values())


def _scenes(context: Context, folder: Path) -> tuple[list[Path], Path]:
    """Return the hashed scenes of the lists, and those of pictures that are on none."""
    wanted = [(0, 0, _SCENES), (0, _SCENES, _SCENES), (1, 0, _SCENES // 5)]
    jobs = {folder / f"{'-'.join(map(str, job))}.npz": job for job in wanted}
    missing = [path for path in jobs if not path.exists()]
    if missing:
        context.tell("hashing scenes (once)")
        list(
            lookup_rows.run_all(
                [("hash_scenes.py", *map(str, jobs[path]), str(path), "more") for path in missing]
            )
        )
    *listed, other = jobs
    return listed, other


def _questions(
    context: Context, folder: Path, target: Path, unrelated: NDArray[np.uint8]
) -> dict[str, Asked]:
    """Write what is asked: hashes half near listed ones, and pictures in eight forms."""
    rows = made_lists.rows(target)
    many, few, forms = [], [], []
    for number in range(context.rounds + 1):
        random = np.random.default_rng((number, 5))
        hashes = made_lists.mixed(rows, unrelated[:, 0], _HASHES_ASKED, random)
        picked = random.choice(unrelated, _FEW)
        for files, asked in ((many, hashes), (few, hashes[:_FEW]), (forms, picked)):
            path = folder / f"asked-{number}-{len(asked)}-{asked.size}"
            path.write_bytes(asked.tobytes())
            files.append(Questions(path, len(asked)))
    scan = few if len(rows) >= LARGE else many
    asked_ = {e: Asked(few[-1], scan if e in _SCANS else many) for e in PICTURE_ENGINES}
    return asked_ | {"garim-image": Asked(None, forms)}
