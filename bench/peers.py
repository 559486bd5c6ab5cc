"""(b) Whole judgements a second and core, from a JPEG's bytes to the decision, peers beside us.

Rules:
- One process each, one thread each, loaded once, warmed up; rounds alternate and rotate.
- The figure is CPU time (user and system, every thread of the process); wall time stands beside it.
- A peer gets the fastest decoding its platform has, and only its own work: we also hash, match and
  decide.
"""

import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import install, pictures
from bench.context import (
    FIXTURE,
    ONE_THREAD,
    Context,
    SkippedError,
    collected,
    environment,
    rotated,
    tool,
)
from bench.driver import DRIVERS, Driver
from bench.report import Part, Table
from bench.stats import Aim, Rounds, ratio

NAME = "peers"
TITLE = "(b) Whole judgement against other classifiers"
OURS = "Garim"
SIZES = ("0.3 MP", "1 MP")
AIM_SIZE = "1 MP"
AIM_RATIO = 3.0
_BURST = 0.8
"""CPU seconds of one slice of one round."""
_WARM_UP = 4


@dataclass(frozen=True, slots=True)
class Entrant:
    """One row: a driver with the pictures it is given.

    Attributes:
        name: The row's name.
        driver: The process.
        files: A JPEG for each size.
    """

    name: str
    driver: Driver
    files: dict[str, Path]


def run(context: Context) -> Part:
    """Measure."""
    benign = {size: pictures.kept(context.pictures, size, "jpeg") for size in SIZES}
    with contextlib.ExitStack() as stack:
        notes: list[str] = []
        entrants = _entrants(context, stack, benign, notes)
        cpu, wall, said = _measure(context, entrants)
    return Part(
        NAME,
        TITLE,
        tables=tuple(_table(size, cpu[size], wall[size]) for size in SIZES),
        aims=(_aim(cpu[AIM_SIZE]),),
        notes=(*_NOTES, *notes),
        raw={
            "cpu_ms": {s: {n: r.values for n, r in rows.items()} for s, rows in cpu.items()},
            "said": said,
        },
    )


_NOTES = (
    (
        "One thread each. CPU ms is user and system time of the whole process a picture; the "
        "rate is 1000 / CPU ms. 'times' is a row's CPU time over Garim's."
    ),
    (
        "nsfwjs: tfjs WASM backend with SIMD; sharp (libvips) decodes, scaled while decoding. "
        "nudenet: OpenCV decodes. Open NSFW: Pillow decodes in full, as its package does."
    ),
)


def fastest_peer(cpu: dict[str, Rounds]) -> tuple[str, float] | None:
    """Return the peer with the least CPU time and that time in ms; `None` without peers."""
    peers = {name: row.median for name, row in cpu.items() if not name.startswith(OURS)}
    return min(peers.items(), key=lambda item: item[1]) if peers else None


def _aim(cpu: dict[str, Rounds]) -> Aim:
    fastest = fastest_peer(cpu)
    name = f"judging a {AIM_SIZE} JPEG, times faster than the fastest peer"
    if fastest is None:
        return Aim(name, AIM_RATIO, None, "x", at_least=True)
    label = f"{name} ({fastest[0]})"
    return Aim(label, AIM_RATIO, ratio(fastest[1], cpu[OURS].median), "x", at_least=True)


def _table(size: str, cpu: dict[str, Rounds], wall: dict[str, Rounds]) -> Table:
    base = cpu[OURS].median
    rows = tuple(
        (name, row.median, row.least, wall[name].median, 1000 / row.median, ratio(row.median, base))
        for name, row in cpu.items()
    )
    columns = ("", "CPU ms", "least", "wall ms", "pictures/s/core", "times")
    return Table(f"{size} JPEG, bytes to decision", columns, rows)


def _measure(
    context: Context, entrants: list[Entrant]
) -> tuple[dict[str, dict[str, Rounds]], dict[str, dict[str, Rounds]], dict[str, object]]:
    cpu, wall, said = {}, {}, {}
    for size in SIZES:
        counts = {}
        for each in entrants:
            each.driver.judge(each.files[size], _WARM_UP)
            warm = each.driver.judge(each.files[size], _WARM_UP)
            burst = context.seconds(_BURST * 4) / 4
            counts[each.name] = max(4, round(burst * 1000 / max(0.1, warm.cpu)))
            said[f"{each.name}, {size}"] = warm.said
        spent_cpu: dict[str, list[float]] = {each.name: [] for each in entrants}
        spent_wall: dict[str, list[float]] = {each.name: [] for each in entrants}
        for round_ in range(context.rounds):
            context.tell(f"{size}: round {round_ + 1} of {context.rounds}")
            for each in rotated(entrants, round_):
                found = each.driver.judge(each.files[size], counts[each.name])
                spent_cpu[each.name].append(found.cpu)
                spent_wall[each.name].append(found.wall)
        cpu[size], wall[size] = collected(spent_cpu), collected(spent_wall)
    return cpu, wall, said


def _entrants(
    context: Context, stack: contextlib.ExitStack, benign: dict[str, Path], notes: list[str]
) -> list[Entrant]:
    ours = [sys.executable, str(DRIVERS / "ours.py")]
    driver = stack.enter_context(Driver(OURS, ours, environment(**ONE_THREAD)))
    entrants = [Entrant(OURS, driver, benign)]
    if FIXTURE.exists():
        second = {size: pictures.condemned(context.pictures, FIXTURE, size) for size in SIZES}
        entrants.append(Entrant(f"{OURS}, both stages", driver, second))
    else:
        notes.append(f"No row for both stages: {FIXTURE.name} is missing.")
    for name, command in _peers(context, notes):
        peer = Driver(name, command, environment(**ONE_THREAD, PYTHONPATH=""))
        try:
            entrants.append(Entrant(name, stack.enter_context(peer), benign))
        except SkippedError as error:
            notes.append(f"Not measured: {error}")
    return entrants


def _peers(context: Context, notes: list[str]) -> list[tuple[str, list[str]]]:
    found = []
    try:
        folder, node = install.node_peer(context), tool("node")
        for model in ("MobileNetV2", "MobileNetV2Mid"):
            command = [node, str(DRIVERS / "nsfwjs_peer.cjs"), str(folder), model]
            found.append((f"nsfwjs {model}", command))
    except SkippedError as error:
        notes.append(f"nsfwjs not measured: {error}")
    for name, peer, file in (
        ("nudenet", install.NUDENET, "nudenet_peer.py"),
        ("Open NSFW, float", install.OPEN_NSFW, "opennsfw_peer.py"),
    ):
        try:
            found.append((name, [str(install.python_peer(context, peer)), str(DRIVERS / file)]))
        except SkippedError as error:
            notes.append(f"{name} not measured: {error}")
    return found
