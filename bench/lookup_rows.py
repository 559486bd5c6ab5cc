"""Engines that look things up, measured side by side, and what they look things up in.

Rules:
- Rounds alternate and rotate; questions differ from round to round.
- Before the rounds every engine answers the same questions and must find as much as the others:
  a figure of an engine that misses entries would be worth nothing.
- Lists are made once a process and a cache folder; those of ten million pictures are deleted after
  use, since they take a gigabyte each.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench.context import ONE_THREAD, Context, SkippedError, environment, rotated
from bench.driver import DRIVERS, Driver
from bench.machine import cores
from bench.stats import Rounds

_FIRST = 20
"""Hashes that count as the first ones."""


@dataclass(frozen=True, slots=True)
class Questions:
    """One file of questions.

    Attributes:
        path: The file.
        count: How many are in it.
    """

    path: Path
    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What an engine is asked.

    Attributes:
        common: What all engines of a table are asked first; `None`: nothing that they have in
            common.
        rounds: What it is asked in each round; the last one warms it up.
    """

    common: Questions | None
    rounds: Sequence[Questions]


@dataclass(slots=True)
class Row:
    """What was measured of one engine in one list.

    Attributes:
        name: Its name in the table.
        entries: Entries of the list.
        bytes: Bytes of its files, or of its memory where it has no files.
        open_ms: Milliseconds until it can answer.
        first: Milliseconds a hash, of the first ones asked, or `None`.
        cpu: CPU milliseconds a question, by round.
        wall: Wall milliseconds of each hash of all rounds.
    """

    name: str
    entries: int
    bytes: float = 0.0
    open_ms: float = 0.0
    first: float | None = None
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def rounds(self) -> Rounds:
        """CPU milliseconds a question."""
        return Rounds.of(self.cpu)


def measure(
    context: Context,
    title: str,
    rows: Mapping[str, Row],
    drivers: Mapping[str, Driver],
    asked: Mapping[str, Asked],
) -> None:
    """Fill the rows.

    Raises:
        ValueError: When engines find different numbers of entries.
    """
    _warm_up(rows, drivers, asked)
    for round_ in range(context.rounds):
        context.tell(f"{title}: round {round_ + 1} of {context.rounds}")
        for engine in rotated(list(rows), round_):
            questions = asked[engine].rounds[round_]
            spent = drivers[engine].judge(questions.path, 1)
            rows[engine].cpu.append(spent.cpu / questions.count)
            rows[engine].wall += spent.said.get("ms", ())


def _warm_up(
    rows: Mapping[str, Row], drivers: Mapping[str, Driver], asked: Mapping[str, Asked]
) -> None:
    found: dict[str, int] = {}
    for engine, row in rows.items():
        common, last = asked[engine].common, asked[engine].rounds[-1]
        said = drivers[engine].judge((common or last).path, 1).said
        row.open_ms = said["open_ms"]
        row.bytes = row.bytes or said["rss_kb"] * 1024
        if "ms" in said:
            first = said["ms"][:_FIRST]
            row.first = sum(first) / len(first)
        if common is not None:
            found[engine] = said["found"]
            drivers[engine].judge(last.path, 1)
    if len(set(found.values())) > 1:
        raise ValueError(f"engines find different entries: {found}")


def driver(engine: str, path: Path) -> Driver:
    """Return the process of an engine."""
    command = [sys.executable, str(DRIVERS / "lookups.py"), engine, str(path)]
    return Driver(engine, command, environment(**ONE_THREAD))


def made(context: Context, target: Path, engine: str, count: int, *more: str) -> Path:
    """Return what an engine looks things up in, made at the first call.

    Raises:
        SkippedError: When it cannot be made.
    """
    if not target.exists():
        context.tell(f"making {target.name}")
        run("make_lists.py", engine, str(target), str(count), *more)
    return target


def run(script: str, *arguments: str) -> str:
    """Run a driver to its end and return what it said.

    Raises:
        SkippedError: When it fails.
    """
    done = subprocess.run(
        [sys.executable, str(DRIVERS / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(**ONE_THREAD),
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SkippedError(f"{script} failed: {lines[-1] if lines else 'it ended'}")
    return done.stdout


def run_all(jobs: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Run drivers to their ends, as many at once as there are cores, and yield what they said.

    Raises:
        SkippedError: When one fails; those that run then are waited for.
    """
    with ThreadPoolExecutor(cores()) as pool:
        yield from pool.map(lambda job: run(*job), jobs)


def size(path: Path) -> int:
    """Return the bytes of a file, or of the files in a folder."""
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    return path.stat().st_size
