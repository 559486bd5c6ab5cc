"""How often an innocent picture is taken for a listed one: `bench/false_matches.py [--quick]`.

Rules:
- What is looked up shares no source with what is listed, so that every match is a false one.
- Pictures are hashed, searched in their eight forms and judged as in an inspector; only the files'
  decoding and the second confirmation (`decide`) are left out.
- Counted are pictures, not entries: one that matches ten entries is one false match.
- Whatever was found is kept in the results by its seed, so that it can be made and looked at again.

Weakness: made pictures and a few dozen samples are not the pictures of the web. Kinds with few
degrees of freedom (stripes, charts) are much more frequent here, and chance look-alikes with them.
"""

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# As a script, this folder is first on the path; the checkout must be.
sys.path[0] = str(ROOT)
sys.path[1:1] = [str(ROOT / name) for name in ("feed", "models", "addon", "agent")]

import numpy as np  # noqa: E402
from bench import hashes, lookup_rows, machine, made_lists, report  # noqa: E402
from bench.report import Cell, Part, Table  # noqa: E402
from rich.console import Console  # noqa: E402

NAME = "false-matches"
TITLE = "False matches of pictures"
ENTRIES = LOOKED_UP = 1_000_000
_LISTED, _OTHER = 0, 1
_CHUNK = 2500
"""Scenes and samples a job."""
_SPARE = 1.25
"""So many more pictures are hashed than listed: featureless and double ones are left out."""
COLUMNS = ("hash tight", "hash wide", "tight", "wide")
ALIKE = "pattern"
"""The kind whose pictures really look alike: stripes and rings have few degrees of freedom."""
_HEADINGS = ("hash ≤ 16 bits", "hash 17-31 bits", "blocks alone", "needs a second sign")

type Counts = dict[str, Counter[str]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; returns the exit code."""
    parser = argparse.ArgumentParser(description="Count false matches of pictures.")
    parser.add_argument("--quick", action="store_true", help="a trial with a hundredth of both")
    quick = parser.parse_args(arguments).quick
    shrink = 100 if quick else 1
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    folder = ROOT / ".cache" / "bench" / f"false-matches-{shrink}"
    folder.mkdir(parents=True, exist_ok=True)
    before, began = machine.load(), time.monotonic()
    root = listed(console, folder, ENTRIES // shrink)
    counts, found = looked_up(console, folder, root, LOOKED_UP // shrink)
    entries = len(made_lists.rows(root))
    minutes = (time.monotonic() - began) / 60
    part = Part(
        NAME,
        TITLE,
        tables=(table(counts, entries),),
        notes=(f"Took {minutes:.0f} minutes on {machine.cores()} cores.",),
        raw={"found": found, "counts": {kind: dict(one) for kind, one in counts.items()}},
        load=(before, machine.load()),
    )
    report.show(console, part)
    about = machine.describe()
    target = folder if quick else ROOT / "bench" / "results"
    (target / f"{NAME}.json").write_text(report.as_json(about, [part]), "utf-8")
    (target / f"{NAME}.md").write_text(report.markdown(about, [part]), "utf-8")
    return 0


def listed(console: Console, folder: Path, entries: int) -> Path:
    """Return the root of the generation with the listed pictures, made at the first call."""
    root = folder / "root"
    if root.exists():
        return root
    wanted = round(entries * _SPARE / hashes.VIEWS)
    jobs = {folder / f"listed-{first}.npz": (first, count) for first, count in chunks(wanted)}
    missing = [path for path in jobs if not path.exists()]
    said = lookup_rows.run_all(
        [("hash_scenes.py", str(_LISTED), *map(str, jobs[path]), str(path)) for path in missing]
    )
    for number, _ in enumerate(said, 1):
        console.print(f"  listed: {number} of {len(missing)}", style="dim")
    made = [made_lists.load(path) for path in jobs]
    rows = np.concatenate([one["rows"] for one in made])
    quality = np.concatenate([one["quality"] for one in made])
    _, first = np.unique(rows.view("V32").ravel(), return_index=True)
    kept = np.sort(first)[:entries]
    beside = folder / "root.new"
    beside.mkdir(exist_ok=True)
    made_lists.write(beside, made_lists.picture_tables(rows[kept], quality[kept]))
    beside.rename(root)
    return root


def looked_up(
    console: Console, folder: Path, root: Path, pictures: int
) -> tuple[Counts, list[object]]:
    """Return the counts by kind of picture, and what matched; chunks that are there are kept."""
    jobs = {
        folder / f"found-{first}.json": ("match_scenes.py", str(root), str(_OTHER), *map(str, one))
        for one in chunks(-(-pictures // hashes.VIEWS))
        for first in one[:1]
    }
    missing = [path for path in jobs if not path.exists()]
    said = lookup_rows.run_all([jobs[path] for path in missing])
    for number, (path, text) in enumerate(zip(missing, said, strict=True), 1):
        path.write_text(text, "utf-8")
        console.print(f"  looked up: {number} of {len(missing)}", style="dim")
    return merged([json.loads(path.read_text("utf-8")) for path in jobs])


def merged(parts: Sequence[dict[str, Any]]) -> tuple[Counts, list[object]]:
    """Add up what the jobs said."""
    counts: Counts = defaultdict(Counter)
    found: list[object] = []
    for part in parts:
        found += part["found"]
        for kind, values in part["counts"].items():
            counts[kind].update(values)
    return counts, found


def chunks(count: int) -> list[tuple[int, int]]:
    """Return (first, how many) of each job."""
    return [(first, min(_CHUNK, count - first)) for first in range(0, count, _CHUNK)]


def table(counts: Counts, entries: int) -> Table:
    """Return what was found, by kind of picture, of all, and for a million pictures."""
    kinds = sorted(counts, key=lambda kind: -sum(cells(counts[kind])))
    plain = [kind for kind in kinds if kind != ALIKE]
    rows = [_row(kind, counts[kind]) for kind in kinds]
    for name, chosen in (("all", kinds), (f"all but {ALIKE}", plain)):
        whole: Counter[str] = Counter()
        for kind in chosen:
            whole.update(counts[kind])
        rows.append(_row(name, whole))
        rates = (cell / whole["pictures"] * 1e6 for cell in cells(whole))
        rows.append((f"{name}, a million", None, None, *rates))
    title = f"Pictures that match one of {entries:,} entries which they have nothing to do with"
    return Table(title, ("", "pictures", "featureless", *_HEADINGS), tuple(rows))


def _row(name: str, counts: Counter[str]) -> tuple[Cell, ...]:
    return (name, counts["pictures"], counts["featureless"], *cells(counts))


def cells(counts: Counter[str]) -> list[int]:
    """Return the counts that stand in the columns."""
    return [counts[column] for column in COLUMNS]


if __name__ == "__main__":
    sys.exit(main())
