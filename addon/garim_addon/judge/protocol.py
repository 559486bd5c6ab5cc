"""What the proxy and an inspector process say to each other: frames over stdin and stdout.

Rules:
- A frame is a 4-byte big-endian header length, a JSON object, an 8-byte payload length, raw bytes.
- Both lengths are capped before anything is read: a broken-into worker cannot make the proxy
  allocate, and a header that is not a small JSON object is a `ProtocolError`, never an exception of
  another kind.
- No pickle and nothing that runs: the worker parses hostile bytes, the reader of its answers holds
  the CA key.
- One request, one answer; the answer repeats the request's `id`.

| from | header | payload |
|---|---|---|
| proxy, first frame | `op=config` | `WorkerConfig` as JSON |
| worker, first frame | `op=ready` and what `greeting.Ready` has | none |
| ... or | `op=failed`, `cause`, `detail` | none |
| proxy | `op=judge`, `id`, `encoding`, `lists` (generation) | the body |
| proxy | `op=placeholder`, `id`, `spec` | the original or nothing |
| proxy | `op=ping`, `id` | none |
| worker | `op=inspection`, `id`, `rss` | `Inspection` as JSON |
| worker | `op=picture`, `id`, `rss` | the placeholder; empty when it could not be made |
| worker | `op=pong`, `id`, `rss` | none |
"""

import asyncio
import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

MAX_HEADER = 64 << 10
"""Bytes of JSON in a header; the largest real one (a `ready`) is under 4 KiB."""
MAX_PAYLOAD = 64 << 20
"""Bytes of a body or a placeholder."""
MAX_INSPECTION = 1 << 20
"""Bytes of an `Inspection` as JSON: 512 findings at 2 KiB."""

_HEADER_LENGTH = struct.Struct(">I")
_PAYLOAD_LENGTH = struct.Struct(">Q")
MAX_TEXT = 512
"""Characters of a string in a header."""
_MAX_RSS = 1 << 48


class ProtocolError(Exception):
    """The other side sent something that is no frame, or a frame that is no message."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message.

    Attributes:
        header: The JSON object.
        payload: Raw bytes, often empty.
    """

    header: dict[str, Any]
    payload: bytes = b""

    def number(self, name: str) -> int:
        """Return a non-negative integer of the header.

        Raises:
            ProtocolError: When it is missing, not an integer or absurd.
        """
        value = self.header.get(name)
        if type(value) is not int or not 0 <= value < _MAX_RSS:
            raise ProtocolError(f"{name} is not a size")
        return value

    def text(self, name: str) -> str:
        """Return a string of the header.

        Raises:
            ProtocolError: When it is missing, not a string or longer than 512 characters.
        """
        value = self.header.get(name)
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise ProtocolError(f"{name} is not a short text")
        return value


def prefix(header: dict[str, Any], payload_length: int) -> bytes:
    """Return everything of a frame that precedes its payload.

    Raises:
        ProtocolError: When the frame is over a cap.
    """
    raw = json.dumps(header, separators=(",", ":")).encode()
    if len(raw) > MAX_HEADER or payload_length > MAX_PAYLOAD:
        raise ProtocolError("frame is too large to send")
    return b"".join(
        (_HEADER_LENGTH.pack(len(raw)), raw, _PAYLOAD_LENGTH.pack(payload_length)),
    )


async def read(reader: asyncio.StreamReader, *, max_payload: int = MAX_PAYLOAD) -> Frame:
    """Read one frame in the proxy.

    Raises:
        ProtocolError: When what came is no frame or over a cap.
        EOFError: When the worker closed its end, also in the middle of a frame.
    """
    (length,) = _HEADER_LENGTH.unpack(await reader.readexactly(_HEADER_LENGTH.size))
    raw = await reader.readexactly(_capped(length, MAX_HEADER))
    header = _header(raw)
    (length,) = _PAYLOAD_LENGTH.unpack(await reader.readexactly(_PAYLOAD_LENGTH.size))
    return Frame(header, await reader.readexactly(_capped(length, max_payload)))


async def write(writer: asyncio.StreamWriter, header: dict[str, Any], payload: bytes = b"") -> None:
    """Send one frame from the proxy; returns when the worker took most of it.

    Raises:
        ProtocolError: When the frame is over a cap.
        ConnectionError: When the worker is gone.
    """
    writer.write(prefix(header, len(payload)))
    if payload:
        writer.write(payload)
    await writer.drain()


def read_sync(file: BinaryIO) -> Frame | None:
    """Read one frame in the worker; `None` when the proxy closed its end between frames.

    Raises:
        ProtocolError: When what came is no frame or over a cap.
        EOFError: When the stream ended in the middle of a frame.
    """
    first = file.read(_HEADER_LENGTH.size)
    if not first:
        return None
    (length,) = _HEADER_LENGTH.unpack(first + _exactly(file, _HEADER_LENGTH.size - len(first)))
    header = _header(_exactly(file, _capped(length, MAX_HEADER)))
    (length,) = _PAYLOAD_LENGTH.unpack(_exactly(file, _PAYLOAD_LENGTH.size))
    return Frame(header, _exactly(file, _capped(length, MAX_PAYLOAD)))


def write_sync(file: BinaryIO, header: dict[str, Any], payload: bytes = b"") -> None:
    """Send one frame from the worker.

    Raises:
        ProtocolError: When the frame is over a cap.
        OSError: When the proxy is gone.
    """
    file.write(prefix(header, len(payload)))
    file.write(payload)
    file.flush()


def _capped(length: int, cap: int) -> int:
    if length > cap:
        raise ProtocolError(f"a length of {length} is over the cap of {cap}")
    return length


def _header(raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("header is not JSON") from error
    if not isinstance(header, dict):
        raise ProtocolError("header is not an object")
    return header


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length) if length else b""
    if len(data) != length:
        raise EOFError("the stream ended inside a frame")
    return data
