"""A dead address does not hold a page: addresses are raced, and there is a time limit.

Stock mitmproxy tries one address after another without a limit of its own, so a host with a broken
IPv6 route hangs for minutes. Here the next address is tried `STAGGER` seconds after the last one
(RFC 8305, 5: 250 ms), IPv6 and IPv4 in turn, the first that answers wins, and after `LIMIT` seconds
it is an error. Python's own race is not used: with mitmproxy's eager tasks it fails before 3.12.9.
"""

import asyncio
import errno
import itertools
import os
import socket
import types
from typing import Any

from mitmproxy.proxy import server

from garim_addon.mitm.patches.guard import Patch, Undo, replace

STAGGER = 0.25
LIMIT = 15.0

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def open_connection(
    host: str, port: int, *, local_addr: tuple[str, int] | None = None
) -> Streams:
    """Connect to the first address of `host` that answers.

    Raises:
        OSError: When none does, or not in time (`TimeoutError`).
    """
    try:
        async with asyncio.timeout(LIMIT):
            if local_addr is not None:
                return await asyncio.open_connection(host, port, local_addr=local_addr)
            addresses = await _resolve(host, port)
            if len(addresses) == 1:
                return await asyncio.open_connection(addresses[0], port)
            return await _race(addresses, port)
    except TimeoutError as error:
        raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from error


async def _resolve(host: str, port: int) -> list[str]:
    """List the addresses of `host`, families in turn, the system's preferred one first."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except OSError:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    else:
        return [host]
    families: dict[int, list[str]] = {}
    for family, _, _, _, address in found:
        families.setdefault(family, []).append(str(address[0]))
    turns = itertools.zip_longest(*families.values())
    return list(dict.fromkeys(each for turn in turns for each in turn if each is not None))


async def _race(addresses: list[str], port: int) -> Streams:
    running: set[asyncio.Task[Streams]] = set()
    error: BaseException | None = None
    waiting = list(addresses)
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(asyncio.open_connection(waiting.pop(0), port)))
            done, running = await asyncio.wait(
                running,
                timeout=STAGGER if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                if task.exception() is None:
                    return task.result()
                error = task.exception()
        raise error or OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))
    finally:
        for task in running:
            task.add_done_callback(_close)
            task.cancel()


def _close(task: "asyncio.Task[Streams]") -> None:
    """Close a connection that came second."""
    if not task.cancelled() and task.exception() is None:
        task.result()[1].close()


class _Asyncio(types.ModuleType):
    """The module `asyncio` with another `open_connection`, for mitmproxy's server module only."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever asyncio has
        return getattr(asyncio, name)


def _install() -> Undo:
    module = _Asyncio("asyncio")
    module.__dict__["open_connection"] = open_connection
    return replace(server, "asyncio", module)


PATCH = Patch(
    name="connect",
    loses="a server with a dead address is waited for, for minutes",
    relies_on={
        f"{server.__name__}:ConnectionHandler.open_connection": "210acec6d617c9e296949610ed91f58b"
    },
    install=_install,
)
