"""A server that misbehaves on purpose, where a real one would not.

`/BEHAVIOUR/PATH` answers with the file PATH of the folder in one of the ways of `ODD`; every answer
closes its connection.
"""

import asyncio
import contextlib
import functools
import gzip
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path

import brotli
import zstandard

BOMB_BYTES = 128 << 20
EVENTS = 3
DRIPS = 100
"""Bytes that come one by one before the rest."""

type Head = list[tuple[str, str]]


@dataclass
class Answer:
    """What is sent: head, then pieces with a pause between them."""

    pieces: list[bytes]
    headers: Head = field(default_factory=list)
    status: str = "HTTP/1.1 200 OK"
    length: int | None = None
    pause: float = 0.0


def _coded(encoding: str, encode: Callable[[bytes], bytes]) -> Callable[[bytes, str], Answer]:
    def answer(body: bytes, mime: str) -> Answer:
        data = encode(body)
        headers = [("Content-Type", mime), ("Content-Encoding", encoding)]
        return Answer([data], headers, length=len(data))

    return answer


_gzip = functools.partial(gzip.compress, mtime=0)  # the same bytes whenever it is asked for


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def _chunked(body: bytes, mime: str) -> Answer:
    parts = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    pieces = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts] + [b"0\r\n\r\n"]
    return Answer(pieces, [("Content-Type", mime), ("Transfer-Encoding", "chunked")])


@functools.cache
def _zeros() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(BOMB_BYTES >> 20)) + packer.flush()


def _bomb(_body: bytes, mime: str) -> Answer:
    data = _zeros()
    return Answer([data], [("Content-Type", mime), ("Content-Encoding", "gzip")], length=len(data))


def _events(_body: bytes, _mime: str) -> Answer:
    events = [b"data: %d\n\n" % n for n in range(EVENTS)]
    return Answer(events, [("Content-Type", "text/event-stream")], pause=0.05)


ODD: dict[str, Callable[[bytes, str], Answer]] = {
    "chunked": _chunked,
    "close": lambda body, mime: Answer([body], [("Content-Type", mime)]),
    "http10": lambda body, mime: Answer([body], [("Content-Type", mime)], "HTTP/1.0 200 OK"),
    "untyped": lambda body, _: Answer([body], length=len(body)),
    "short": lambda body, mime: Answer([body], [("Content-Type", mime)], length=len(body) + 1000),
    "slow": lambda body, mime: Answer(
        [body[at : at + len(body) // 8 + 1] for at in range(0, len(body), len(body) // 8 + 1)],
        [("Content-Type", mime)],
        length=len(body),
        pause=0.05,
    ),
    "drip": lambda body, _: Answer(
        [*(body[at : at + 1] for at in range(DRIPS)), body[DRIPS:]], length=len(body), pause=0.002
    ),
    "gzip": _coded("gzip", _gzip),
    "members": _coded("gzip", lambda b: _gzip(b[:500]) + _gzip(b[500:])),
    "deflate": _coded("deflate", zlib.compress),
    "rawdeflate": _coded("deflate", _raw_deflate),
    "br": _coded("br", brotli.compress),
    "zstd": _coded("zstd", zstandard.compress),
    "twice": _coded("gzip, br", lambda b: brotli.compress(_gzip(b))),
    "notgzip": _coded("gzip", lambda b: b),
    "bomb": _bomb,
    "events": _events,
    "nocontent": lambda _b, _m: Answer([], status="HTTP/1.1 204 No Content"),
    "empty": lambda _b, mime: Answer([], [("Content-Type", mime)], length=0),
    "missing": lambda body, mime: Answer(
        [body], [("Content-Type", mime)], "HTTP/1.1 404 Not Found", len(body)
    ),
}
"""Behaviours by the first part of the path."""


@contextlib.contextmanager
def serve_oddly(folder: Path) -> Iterator[str]:
    """Serve `folder` oddly on a port of this machine; gives the address without a last slash."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(lambda r, w: _handle(folder, r, w), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _handle(folder: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        request = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = request.split(b"\r\n", 1)[0].decode().split(" ")
        async for data in _answer(folder, method, target):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(ConnectionError):
        writer.close()
        await writer.wait_closed()


async def _answer(folder: Path, method: str, target: str) -> AsyncIterator[bytes]:
    behaviour, _, path = target.partition("?")[0].lstrip("/").partition("/")
    file = folder / path
    if behaviour not in ODD or not (file.is_file() or not path):
        yield b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        return
    body = file.read_bytes() if path else b""
    answer = ODD[behaviour](body, guess_type(path)[0] or "application/octet-stream")
    headers = [*answer.headers, ("Connection", "close")]
    if answer.length is not None:
        headers.append(("Content-Length", str(answer.length)))
    lines = [answer.status, *(f"{name}: {value}" for name, value in headers), "", ""]
    yield "\r\n".join(lines).encode()
    for piece in [] if method == "HEAD" else answer.pieces:
        yield piece
        await asyncio.sleep(answer.pause)
