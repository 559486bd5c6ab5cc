"""Prometheus metrics over HTTP, for this machine only.

Rules:
- Listens on 127.0.0.1 only, answers only `GET /metrics`, and only when `Host` names this very
  address: a web page that rebinds its name to loopback gets nothing.
- A request with `Origin` is a browser's and is refused: no page may read the figures.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from garim_addon.record.metrics import CONTENT_TYPE
from garim_addon.text import N_
from garim_agent.errors import UsageError

LOOPBACK = "127.0.0.1"
_MAX_HEAD = 8192
_TIMEOUT = 5.0


@asynccontextmanager
async def serve_metrics(port: int, render: Callable[[], bytes]) -> AsyncIterator[int]:
    """Serve what `render` returns while the context lasts; yields the bound port.

    Raises:
        UsageError: When the port is taken.
    """

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_TIMEOUT):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(answer(head, bound, render))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    try:
        server = await asyncio.start_server(handle, LOOPBACK, port, limit=_MAX_HEAD)
    except OSError as error:
        raise UsageError(
            N_("Port {port} for metrics cannot be used: {detail}."),
            port=port,
            detail=error.strerror or error,
        ) from None
    bound: int = server.sockets[0].getsockname()[1]
    async with server:
        yield bound


def answer(head: bytes, port: int, render: Callable[[], bytes]) -> bytes:
    """Answer one request head."""
    line, *fields = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, colon, value in (field.partition(":") for field in fields)
        if colon
    }
    if headers.get("host") not in {f"{LOOPBACK}:{port}", f"localhost:{port}"}:
        return _response("421 Misdirected Request")
    if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
        return _response("403 Forbidden")
    if line.split(" ")[:2] != ["GET", "/metrics"]:
        return _response("404 Not Found")
    return _response("200 OK", render())


def _response(status: str, body: bytes = b"") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
