"""An HTTPS/1.1 client for latency: connections opened beforehand, requests sent on a schedule.

Rules:
- Open loop: a request is due at its time whatever became of the ones before, and its latency counts
  from that moment, a wait for a free connection included (no coordinated omission).
- The certificate must come from the named authority alone: a proxy that did not decrypt would be
  found out, not measured.
- Anything but 200 with the announced length raises.
"""

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)
_HEAD = 1 << 16
_TIMEOUT = 20.0


class ClientError(Exception):
    """An answer that does not count."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a host is reached.

    Attributes:
        host: The origin's address.
        port: Its HTTPS port.
        authority: PEM file of the only authority that is trusted.
        proxy_port: Port of the proxy on the loopback, or `None` for the direct way.
    """

    host: str
    port: int
    authority: Path
    proxy_port: int | None = None


class Connection:
    """One keep-alive connection; made by `opened`."""

    def __init__(
        self, route: Route, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._host = f"{route.host}:{route.port}"
        self._reader = reader
        self._writer = writer

    @classmethod
    async def opened(cls, route: Route) -> "Connection":
        """Connect, through the proxy where there is one, and shake hands.

        Raises:
            ClientError: When the proxy refuses.
            OSError: When the connection or the certificate fails.
        """
        loop = asyncio.get_running_loop()
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            if route.proxy_port is None:
                await loop.sock_connect(sock, (route.host, route.port))
            else:
                await loop.sock_connect(sock, ("127.0.0.1", route.proxy_port))
                await _tunnel(sock, f"{route.host}:{route.port}")
            context = ssl.create_default_context(cafile=str(route.authority))
            reader, writer = await asyncio.open_connection(
                sock=sock, ssl=context, server_hostname=route.host, limit=_HEAD
            )
        except BaseException:
            sock.close()
            raise
        return cls(route, reader, writer)

    async def get(self, path: str) -> int:
        """Ask for a path; return the body's length in bytes.

        Raises:
            ClientError: When it is not 200 or has no length.
        """
        request = f"GET /{path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n\r\n"
        self._writer.write(request.encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        size = body_length(head)
        await self._reader.readexactly(size)
        return size

    async def close(self) -> None:
        """Close it."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), 2)


def body_length(head: bytes) -> int:
    """Return the announced length of a good answer.

    Raises:
        ClientError: When it is not 200 or has no length.
    """
    if not head.startswith(b"HTTP/1.1 200"):
        raise ClientError(f"answered {head[:40]!r}")
    found = _LENGTH.search(head)
    if found is None:
        raise ClientError("answered without Content-Length")
    return int(found[1])


@dataclass(slots=True)
class Stream:
    """Requests at a steady rate over a few connections.

    Attributes:
        paths: What is asked for, in order.
        rate: Requests a second.
        connections: How many are open.
        taken: Milliseconds of each answer, from the moment it was due.
    """

    paths: tuple[str, ...]
    rate: float
    connections: int
    taken: list[float] = field(default_factory=list)

    async def run(self, route: Route) -> None:
        """Send all of them.

        Raises:
            ClientError: When one does not count.
        """
        pool: asyncio.Queue[Connection] = asyncio.Queue()
        opened = [await Connection.opened(route) for _ in range(self.connections)]
        for connection in opened:
            pool.put_nowait(connection)
        try:
            await self._send(pool)
        finally:
            for connection in opened:
                await connection.close()

    async def _send(self, pool: asyncio.Queue[Connection]) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time() + 0.1
        async with asyncio.TaskGroup() as group:
            for number, path in enumerate(self.paths):
                due = start + number / self.rate
                await asyncio.sleep(max(0.0, due - loop.time()))
                group.create_task(self._one(pool, path, due))

    async def _one(self, pool: asyncio.Queue[Connection], path: str, due: float) -> None:
        async with asyncio.timeout(_TIMEOUT):
            connection = await pool.get()
            await connection.get(path)
        self.taken.append((asyncio.get_running_loop().time() - due) * 1000)
        pool.put_nowait(connection)


def together(route: Route, *streams: Stream) -> None:
    """Run streams at the same time, to the end."""

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for stream in streams:
                group.create_task(stream.run(route))

    asyncio.run(all_of_them())


def fetch_all(route: Route, paths: Iterable[str]) -> None:
    """Ask for paths one after the other on one connection."""

    async def all_of_them() -> None:
        connection = await Connection.opened(route)
        try:
            for path in paths:
                await connection.get(path)
        finally:
            await connection.close()

    asyncio.run(all_of_them())


async def _tunnel(sock: socket.socket, target: str) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = await loop.sock_recv(sock, 4096)
        if not more:
            raise ClientError("the proxy closed the connection")
        answer += more
    if not answer.startswith(b"HTTP/1.1 200"):
        raise ClientError(f"the proxy answered {answer[:40]!r}")
