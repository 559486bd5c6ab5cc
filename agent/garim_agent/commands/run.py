"""`garim run`: the proxy, until Ctrl-C or SIGTERM."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from garim_addon.assembly import Places
from garim_addon.mitm.options import HostSettings
from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.folders import folders
from garim_agent.host import Running, running
from garim_agent.lists import in_short
from garim_agent.metrics_server import serve_metrics
from garim_feed.sync.status import read_all

MAX_PORT = 65_535


def run(host: str, port: int, policy: Path | None, extra_ca: Path | None, metrics_port: int) -> int:
    """Run until a signal; returns the exit code."""
    for name, number in (("--port", port), ("--metrics-port", metrics_port)):
        if not 0 <= number <= MAX_PORT:
            raise UsageError(
                N_("{name} is {number}; it must be between 0 and 65535."), name=name, number=number
            )
    for path in (policy, extra_ca):
        if path is not None and not path.is_file():
            raise UsageError(N_("{path} is not a file."), path=path)
    where = folders()
    settings = HostSettings(
        state=where.state, listen_host=host, listen_port=port, extra_ca=extra_ca
    )
    asyncio.run(_serve(where.places(policy), settings, metrics_port))
    return EXIT_NOTHING


async def _serve(places: Places, settings: HostSettings, metrics_port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
            loop.add_signal_handler(number, stop.set)
    async with running(places, settings) as proxy, contextlib.AsyncExitStack() as stack:
        if metrics_port:
            render = proxy.assembly.render_metrics
            await stack.enter_async_context(serve_metrics(metrics_port, render))
        _greet(proxy, settings, metrics_port)
        await stop.wait()
        sys.stderr.write(_("Stopping; open exchanges get a moment to end.") + "\n")


def _greet(proxy: Running, settings: HostSettings, metrics_port: int) -> None:
    address = f"{settings.listen_host}:{proxy.port}"
    lines = [
        _("Garim listens on {address}.", address=address),
        *in_short(read_all(proxy.lists)),
        _("1. Trust its root certificate: {path}", path=proxy.host.authority.certificate_file),
        _("2. Point the browser at it, for example:"),
        f"   chromium --proxy-server=http://{address}",
        _("3. Open http://blocked.garim.test/ to see that blocking works. Ctrl-C stops."),
    ]
    if metrics_port:
        lines.append(_("Metrics: http://127.0.0.1:{port}/metrics", port=metrics_port))
    degraded = proxy.assembly.pool.stats.degraded
    if degraded:
        lines.append(_("No classifier runs: {reason}", reason=degraded))
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
