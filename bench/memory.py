"""(e) Memory of the proxy and of each inspector: idle, after pages, after pictures.

Rules:
- RSS counts shared pages in full in each process; PSS shares them out. The aims hold for RSS, which
  is what a user's task manager shows.
- A fresh Garim: idle is measured before it has served anything.
"""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import loads, origin, pictures, processes, proxies
from bench.client import Stream, together
from bench.context import Context
from bench.latency import PICTURES_A_SECOND, new_pictures, route
from bench.processes import Memory
from bench.report import Part, Table
from bench.stats import Aim

NAME = "memory"
TITLE = "(e) Memory"
AIM_PROXY = 120.0
AIM_INSPECTOR = 250.0
_PAGE_SECONDS = 4.0
_PICTURE_SECONDS = 6.0
_SETTLE = 1.0

type Snapshots = dict[str, tuple[Memory, ...]]


def run(context: Context) -> Part:
    """Measure."""
    found: Snapshots = {}
    body = pictures.kept(context.pictures, "1 MP", "jpeg").read_bytes()
    large = pictures.kept(context.pictures, "12 MP", "jpeg").read_bytes()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="garim-bench-")))
        site = stack.enter_context(origin.running(folder / "origin"))
        proxy = stack.enter_context(proxies.garim(site, folder / "garim"))
        time.sleep(_SETTLE)
        found["idle"] = processes.memory(proxy.pid)
        for protocol in loads.PROTOCOLS:
            context.tell(f"memory: pages over {protocol}")
            loads.put(protocol, proxy.port, site, context.seconds(_PAGE_SECONDS), folder)
        time.sleep(_SETTLE)
        found["after pages"] = processes.memory(proxy.pid)
        context.tell("memory: pictures")
        count = round(context.seconds(_PICTURE_SECONDS) * PICTURES_A_SECOND)
        for name, picture, number in (("1 MP", body, count), ("12 MP", large, 10)):
            with new_pictures(site, picture, number, name.split()[0] + "mp") as names:
                together(route("judged", site, proxy), Stream(tuple(names), rate(name), 16))
            time.sleep(_SETTLE)
            found[f"after {number} pictures of {name}"] = processes.memory(proxy.pid)
    return Part(
        NAME,
        TITLE,
        tables=(table(found),),
        aims=aims(found),
        notes=("MB are 10^6 bytes. Pages: HTTP, HTTPS/1.1 and HTTP/2 with 16 connections each.",),
        raw={when: [[m.name, m.rss, m.pss] for m in rows] for when, rows in found.items()},
    )


def rate(size: str) -> float:
    """Return how many pictures of a size come a second."""
    return PICTURES_A_SECOND if size == "1 MP" else 4


def table(found: Snapshots) -> Table:
    """Return one row a moment and process."""
    rows = tuple((f"{m.name}, {when}", m.rss, m.pss) for when, all_ in found.items() for m in all_)
    return Table("Memory", ("", "RSS MB", "PSS MB"), rows)


def aims(found: Snapshots) -> tuple[Aim, ...]:
    """Hold the largest of each kind, at any moment, against the aims."""
    rows = [memory for all_ in found.values() for memory in all_]
    proxy = [memory.rss for memory in rows if memory.name == "proxy"]
    others = [memory.rss for memory in rows if memory.name != "proxy"]
    return (
        Aim("RSS of the proxy", AIM_PROXY, max(proxy, default=None), " MB"),
        Aim("RSS of an inspector", AIM_INSPECTOR, max(others, default=None), " MB"),
    )
