"""(a) What each stage of a judgement costs, by size and format; one process, one thread.

Rules:
- The inspector's own clock is read (`Inspection.steps`), so nothing is measured that is not run.
- It runs in a process of its own whose libraries were told to use one thread before they were
  loaded, as an inspector's are: on a busy machine OpenBLAS' second thread costs more than a decode.
- Stage 2 runs only where stage 1 is unsure: its rows come from the abstract fixture, which both
  stages condemn, since no ordinary picture should reach it.
- Rounds alternate over all pictures; CPU time of the whole judgement stands beside the steps.
"""

import sys
from pathlib import Path
from typing import Any

from bench import pictures
from bench.context import FIXTURE, ONE_THREAD, Context, environment
from bench.driver import DRIVERS, Driver
from bench.report import Part, Table
from bench.stats import Rounds

NAME = "stages"
TITLE = "(a) Each stage of a judgement"
STEPS = ("decode", "hash", "match", "stage1", "stage2")
_FLOOR = 5
_MORE = {"0.3 MP": 5, "1 MP": 3, "12 MP": 1}
"""Judgements a round, by size."""

type Steps = dict[str, float]


def run(context: Context) -> Part:
    """Measure."""
    files = _files(context)
    measured: dict[tuple[str, str], list[Steps]] = {key: [] for key in files}
    command = [sys.executable, str(DRIVERS / "ours.py")]
    with Driver("Garim", command, environment(**ONE_THREAD)) as driver:
        for round_ in range(max(_FLOOR, context.rounds) + 1):
            context.tell(f"stages: round {round_} of {max(_FLOOR, context.rounds)}")
            for key, path in files.items():
                for _ in range(_MORE[key[0]]):
                    steps = judged(driver, path)
                    if round_:  # the first one warms up
                        measured[key].append(steps)
    rows = {key: medians(steps) for key, steps in measured.items()}
    return Part(
        NAME,
        TITLE,
        tables=(_table(rows, files),),
        notes=(
            (
                "Medians of wall ms a step. Stage 1 includes bringing the picture to the model's "
                "size; stage 2 its own preparation with a JPEG round trip."
            ),
        ),
        raw={f"{size} {format_}": steps for (size, format_), steps in measured.items()},
    )


def judged(driver: Driver, picture: Path) -> Steps:
    """Judge once; milliseconds a step, with `wall` and `cpu` of the whole.

    Raises:
        ValueError: When the picture could not be judged: its figures would be worth nothing.
    """
    spent = driver.judge(picture, 1)
    if spent.said["failure"] is not None:
        raise ValueError(f"a made picture was not judged: {spent.said['failure']}")
    return dict(spent.said["steps"]) | {"wall": spent.wall, "cpu": spent.cpu}


def medians(judgements: list[Steps]) -> Steps:
    """Return the median of each step over all judgements."""
    names = sorted({name for steps in judgements for name in steps})
    return {
        name: Rounds.of(steps[name] for steps in judgements if name in steps).median
        for name in names
    }


def _table(rows: dict[tuple[str, str], Steps], files: dict[tuple[str, str], Path]) -> Table:
    columns = ("", "kB", *STEPS, "wall ms", "CPU ms")
    made: list[tuple[Any, ...]] = []
    for (size, format_), steps in rows.items():
        kilobytes = round(files[size, format_].stat().st_size / 1000)
        cells = (steps.get(step) for step in STEPS)
        made.append((f"{size} {format_}", kilobytes, *cells, steps["wall"], steps["cpu"]))
    return Table("Milliseconds a stage", columns, tuple(made))


def _files(context: Context) -> dict[tuple[str, str], Path]:
    files = {
        (size, format_): pictures.kept(context.pictures, size, format_)
        for size in pictures.SIZES
        for format_ in pictures.FORMATS
    }
    if FIXTURE.exists():
        for size in ("0.3 MP", "1 MP"):
            made = pictures.condemned(context.pictures, FIXTURE, size)
            files[size, "jpeg, both stages"] = made
    return files
