"""(c) CPU time of the proxy process a request, on 10 kB pages, beside stock mitmproxy.

Rules:
- Both run at the same time against the same origin; slices alternate and rotate, so that a noisy
  neighbour meets both. While one is loaded the other one idles.
- The figure is user and system time of the proxy process alone; inspectors are listed apart.
- The wall rate is limited by the load generator and the origin, which share the cores: it is not
  shown.
"""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench import loads, origin, processes, proxies
from bench.client import Route, fetch_all
from bench.context import Context, collected, rotated
from bench.report import Part, Table
from bench.stats import Aim, Rounds, ratio

NAME = "proxy-cpu"
TITLE = "(c) CPU of the proxy a request"
AIM_RATIO = 0.6
_SECONDS = 3.0
_WARM_UP = 1.0
_SETTLE = 0.3
"""Seconds after a load until the proxy has ended what it does after an answer."""


def run(context: Context) -> Part:
    """Measure."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="garim-bench-")))
        site = stack.enter_context(origin.running(folder / "origin"))
        ours = stack.enter_context(proxies.garim(site, folder / "garim"))
        stock = stack.enter_context(proxies.mitmdump(site, folder / "mitmproxy"))
        both = [ours, stock]
        for proxy in both:
            # Fails if the proxy does not decrypt: then there would be nothing to compare.
            fetch_all(
                Route(origin.INSPECTED, site.https, proxy.authority, proxy.port), [origin.PAGE]
            )
            for protocol in loads.PROTOCOLS:
                loads.put(protocol, proxy.port, site, _WARM_UP, folder)
        spent: dict[str, list[float]] = {}
        workers: dict[str, list[float]] = {}
        for round_ in range(context.rounds):
            context.tell(f"proxy CPU: round {round_ + 1} of {context.rounds}")
            for protocol in loads.PROTOCOLS:
                for proxy in rotated(both, round_):
                    key = f"{protocol}, {proxy.name}"
                    cpu, other = _slice(context, protocol, proxy, site, folder)
                    spent.setdefault(key, []).append(cpu)
                    workers.setdefault(key, []).append(other)
    cpu_rows, worker_rows = collected(spent), collected(workers)
    return Part(
        NAME,
        TITLE,
        tables=(table(cpu_rows, worker_rows, ours.name, stock.name),),
        aims=tuple(_aim(protocol, cpu_rows, ours.name, stock.name) for protocol in loads.PROTOCOLS),
        notes=(
            (
                f"{loads.CONNECTIONS} connections, {origin.PAGE_BYTES} bytes of HTML; CPU ms a "
                "request of the proxy process, user and system."
            ),
        ),
        raw={name: row.values for name, row in cpu_rows.items()},
    )


def table(cpu: dict[str, Rounds], workers: dict[str, Rounds], ours: str, stock: str) -> Table:
    """Set both proxies side by side, one row a protocol."""
    rows = []
    for protocol in loads.PROTOCOLS:
        mine, theirs = cpu[f"{protocol}, {ours}"], cpu[f"{protocol}, {stock}"]
        rows.append(
            (
                protocol,
                mine.median,
                mine.least,
                theirs.median,
                theirs.least,
                ratio(mine.median, theirs.median),
                ratio(mine.least, theirs.least),
                workers[f"{protocol}, {ours}"].median,
            )
        )
    columns = (
        "",
        f"{ours} ms",
        "least",
        f"{stock} ms",
        "least",
        "ratio",
        "ratio of least",
        "inspectors ms",
    )
    return Table("CPU ms a request", columns, tuple(rows))


def _slice(
    context: Context, protocol: str, proxy: proxies.Proxy, site: origin.Origin, folder: Path
) -> tuple[float, float]:
    """CPU milliseconds a request of the proxy, and of its children."""
    before = processes.cpu_seconds(proxy.pid), processes.children_cpu_seconds(proxy.pid)
    done = loads.put(protocol, proxy.port, site, context.seconds(_SECONDS), folder)
    time.sleep(_SETTLE)
    after = processes.cpu_seconds(proxy.pid), processes.children_cpu_seconds(proxy.pid)
    per_request = 1000 / done.answers
    return (after[0] - before[0]) * per_request, (after[1] - before[1]) * per_request


def _aim(protocol: str, cpu: dict[str, Rounds], ours: str, stock: str) -> Aim:
    measured = ratio(cpu[f"{protocol}, {ours}"].median, cpu[f"{protocol}, {stock}"].median)
    return Aim(f"proxy CPU on {protocol}, of stock mitmdump's", AIM_RATIO, measured, "x")
