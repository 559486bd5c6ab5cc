"""(d) What Garim adds to pictures and to everything else, under 30 pictures a second.

Rules:
- HTTPS/1.1 keep-alive, as browsers do; 1 MP JPEGs at 30/s and 10 kB pages at 50/s together, on a
  fixed schedule. Rounds alternate over four ways:
  *direct* (no proxy), *exempt* (the same running Garim, host exempt by policy: decrypted, streamed,
  not judged), *judged* (each picture is new) and *cached* (the same pictures again).
- A figure is the median over rounds of that round's percentile.
- The time of a cached verdict is Garim's own, from the event log: from the whole body to the
  decision.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import origin, pictures, proxies
from bench.client import Route, Stream, together
from bench.context import Context, rotated
from bench.report import Cell, Part, Table
from bench.stats import Aim, Rounds, percentile, ratio

NAME = "latency"
TITLE = "(d) Added latency under 30 pictures a second"
PICTURES_A_SECOND = 30
PAGES_A_SECOND = 50
WAYS = ("direct", "exempt", "judged", "cached")
PERCENTS = (50, 95, 99)
AIM_RATIO = 2.0
AIM_CACHED_MS = 2.0
_SECONDS = 8.0
_PICTURE_CONNECTIONS = 16
_PAGE_CONNECTIONS = 4
_LOG_PAUSE = 2.0
"""Seconds until the event log has been written."""
_LOG_MOST = 10_000

type Taken = dict[tuple[str, str], list[list[float]]]
"""Milliseconds by (way, what was asked for): one list a round."""


@dataclass(frozen=True, slots=True)
class Log:
    """What Garim's own log says.

    Attributes:
        cached: Milliseconds of each cached verdict.
        judged: Milliseconds of each new one.
        failed: Pictures that could not be judged, by cause.
    """

    cached: list[float] = field(default_factory=list)
    judged: list[float] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)


def run(context: Context) -> Part:
    """Measure."""
    body = pictures.kept(context.pictures, "1 MP", "jpeg").read_bytes()
    count = round(context.seconds(_SECONDS) * PICTURES_A_SECOND)
    taken: Taken = {(way, what): [] for way in WAYS for what in ("pictures", "pages")}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="garim-bench-")))
        site = stack.enter_context(origin.running(folder / "origin"))
        proxy = stack.enter_context(proxies.garim(site, folder / "garim"))
        for round_ in range(context.rounds):
            context.tell(f"latency: round {round_ + 1} of {context.rounds}")
            with new_pictures(site, body, count, f"r{round_}") as names:
                for way in _order(round_):
                    _measure(route(way, site, proxy), names, way, taken)
        time.sleep(_LOG_PAUSE)
        log = read_log(proxies.garim_command(proxy.home, "log", "--json", f"-n{_LOG_MOST}"))
    return Part(
        NAME,
        TITLE,
        tables=(table("pictures", taken), table("pages", taken), _verdicts(log)),
        aims=_aims(taken, log),
        notes=(_MEANING, *_failures(log)),
        raw={f"{way} {what}": rounds for (way, what), rounds in taken.items()},
    )


_MEANING = (
    "Pictures are 1 MP JPEGs at 30/s, pages 10 kB at 50/s, all over HTTPS/1.1 at the same time; ms "
    "from the moment a request was due. 'added' is over the exempt host at the same percentile. "
    "Client, origin and proxy share the cores."
)


@contextmanager
def new_pictures(site: origin.Origin, body: bytes, count: int, prefix: str) -> Iterator[list[str]]:
    """Put JPEGs that no cache knows on the origin for a while; yields their paths."""
    names = [f"{prefix}-{number}.jpeg" for number in range(count)]
    for name, variant in zip(names, pictures.variants(body, count, prefix), strict=True):
        (site.files / name).write_bytes(variant)
    try:
        yield names
    finally:
        for name in names:
            (site.files / name).unlink()


def route(way: str, site: origin.Origin, proxy: proxies.Proxy) -> Route:
    """Return how a way reaches the origin."""
    if way == "direct":
        return Route(origin.INSPECTED, site.https, site.authority)
    host = origin.EXEMPT if way == "exempt" else origin.INSPECTED
    return Route(host, site.https, proxy.authority, proxy.port)


def read_log(lines: str) -> Log:
    """Read what `garim log --json` printed."""
    log = Log()
    for line in lines.splitlines():
        entry: dict[str, Any] = json.loads(line)
        if entry["failure"] is not None:
            log.failed[entry["failure"]] = log.failed.get(entry["failure"], 0) + 1
        else:
            (log.cached if entry["cached"] else log.judged).append(float(entry["ms"]))
    return log


def settled(rounds: list[list[float]], percent: float) -> float:
    """Return the median over rounds of a percentile."""
    return Rounds.of(percentile(values, percent) for values in rounds).median


def table(what: str, taken: Taken) -> Table:
    """Set the ways side by side for pictures or pages."""
    base = [settled(taken["exempt", what], percent) for percent in PERCENTS]
    rows: list[tuple[Cell, ...]] = []
    for way in WAYS:
        figures = [settled(taken[way, what], percent) for percent in PERCENTS]
        added = [mine - theirs for mine, theirs in zip(figures, base, strict=True)]
        if way in {"direct", "exempt"}:
            added = []
        cells: tuple[float | None, ...] = (*added, *[None] * (len(PERCENTS) - len(added)))
        rows.append((way, *figures, *cells, ratio(figures[-1], base[-1])))
    columns = ("", "p50 ms", "p95", "p99", "added p50", "added p95", "added p99", "p99 / exempt")
    return Table(f"Latency of {what}", columns, tuple(rows))


def _order(round_: int) -> list[str]:
    # What is judged must come before it is cached; the rest changes places.
    groups = rotated([["direct"], ["exempt"], ["judged", "cached"]], round_)
    return [way for group in groups for way in group]


def _measure(where: Route, names: list[str], way: str, taken: Taken) -> None:
    shown = Stream(tuple(names), PICTURES_A_SECOND, _PICTURE_CONNECTIONS)
    pages = round(len(names) * PAGES_A_SECOND / PICTURES_A_SECOND)
    read = Stream((origin.PAGE,) * pages, PAGES_A_SECOND, _PAGE_CONNECTIONS)
    together(where, shown, read)
    taken[way, "pictures"].append(shown.taken)
    taken[way, "pages"].append(read.taken)


def _verdicts(log: Log) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, len(values), *(percentile(values, percent) for percent in PERCENTS))
        for name, values in (("cached", log.cached), ("judged", log.judged))
        if values
    )
    columns = ("", "pictures", "p50 ms", "p95", "p99")
    return Table("Time of a verdict inside Garim, whole body to decision", columns, rows)


def _aims(taken: Taken, log: Log) -> tuple[Aim, ...]:
    base = settled(taken["exempt", "pages"], 99)
    busy = ratio(settled(taken["judged", "pages"], 99), base)
    cached = percentile(log.cached, 99) if log.cached else None
    return (
        Aim("p99 of pages while pictures are judged, of the exempt host's", AIM_RATIO, busy, "x"),
        Aim("p99 of a cached verdict", AIM_CACHED_MS, cached, " ms"),
    )


def _failures(log: Log) -> tuple[str, ...]:
    return tuple(f"{count} pictures failed as {cause}." for cause, count in log.failed.items())
