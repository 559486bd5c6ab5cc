"""Undo Content-Encoding with the output bounded at every step.

Rules:
- Never more output than `max_bytes`, nor than `max_ratio` times the encoded body (small bodies may
  always grow to 64 KiB): a compression bomb costs the cap, not the memory.
- At most three encodings may be stacked; an unknown one is `UNDECODABLE`, never passed as it is.
- A stream that ends early gives what it held, as in browsers; one that is damaged is `UNDECODABLE`.
- `head` runs in the proxy process for sniffing: a bounded prefix, no exception.
- zstd windows over 8 MiB are refused (RFC 9659).
"""

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

import brotli
import zstandard

from garim_addon.media.errors import MediaError, too_large, undecodable

_MAX_STACKED = 3
_CHUNK = 1 << 16
_ALWAYS_ALLOWED = 1 << 16
_ZSTD_WINDOW = 8 << 20


def decode(body: bytes, encoding: str, *, max_bytes: int, max_ratio: int) -> bytes:
    """Return the body with its Content-Encoding undone.

    Args:
        body: The body as it was sent.
        encoding: The header's value, a comma-separated list in order of application; may be empty.
        max_bytes: Most bytes that any layer may decode to.
        max_ratio: Most times that any layer may be larger than `body`.

    Raises:
        MediaError: `TOO_LARGE` over a cap, `UNDECODABLE` for damaged or unknown encodings.
    """
    cap = min(max_bytes, max(_ALWAYS_ALLOWED, max_ratio * len(body)))
    for name in _layers(encoding):
        body = _bounded(body, name, cap)
    return body


def head(chunk: bytes, encoding: str, limit: int = 4096) -> bytes:
    """Return the first bytes of the decoded body, as far as they can be had from `chunk`.

    Args:
        chunk: The first bytes of the body as it was sent.
        encoding: The header's value.
        limit: Most bytes to return.
    """
    try:
        for name in reversed(_names(encoding)[-_MAX_STACKED:]):
            chunk = _prefix(chunk, name, limit)
    except MediaError:
        return b""
    return chunk[:limit]


def _names(encoding: str) -> list[str]:
    names = (part.strip().lower() for part in encoding.split(","))
    return [name for name in names if name not in ("", "identity")]


def _layers(encoding: str) -> list[str]:
    names = _names(encoding)
    if len(names) > _MAX_STACKED:
        raise undecodable(f"{len(names)} stacked content encodings")
    return names[::-1]


def _bounded(body: bytes, name: str, cap: int) -> bytes:
    out = bytearray()
    for piece in _decoder(name)(body):
        out += piece
        if len(out) > cap:
            raise too_large(f"content encoding {name}: over {cap} bytes")
    return bytes(out)


def _prefix(chunk: bytes, name: str, limit: int) -> bytes:
    out = bytearray()
    try:
        for piece in _decoder(name)(chunk):
            out += piece
            if len(out) >= limit:
                break
    except MediaError:
        pass  # what came before the damage is enough to sniff, or it is not
    return bytes(out)


def _decoder(name: str) -> Callable[[bytes], Iterator[bytes]]:
    found = _DECODERS.get(name)
    if found is None:
        raise undecodable("unknown content encoding")
    return found


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members; what follows the last one and is no member is ignored, as in browsers."""
    first = True
    while body and (first or body.startswith(b"\x1f\x8b")):
        stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        yield from _inflate(stream, body)
        body, first = stream.unused_data, False


def _deflate(body: bytes) -> Iterator[bytes]:
    """With a zlib header, or raw as some servers send it."""
    wrapped = len(body) >= 2 and body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0
    yield from _inflate(zlib.decompressobj(wbits=zlib.MAX_WBITS if wrapped else -15), body)


def _inflate(stream: "zlib._Decompress", body: bytes) -> Iterator[bytes]:
    try:
        while body and not stream.eof:
            yield stream.decompress(body, _CHUNK)
            body = stream.unconsumed_tail
        while not stream.eof and (rest := stream.decompress(b"", _CHUNK)):
            yield rest
    except zlib.error as error:
        raise undecodable("content encoding: damaged deflate stream") from error


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    try:
        yield stream.process(body, output_buffer_limit=_CHUNK)
        while not stream.is_finished():
            piece = stream.process(b"", output_buffer_limit=_CHUNK)
            if not piece:
                return
            yield piece
    except brotli.error as error:
        raise undecodable("content encoding: damaged br stream") from error


def _zstd(body: bytes) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    try:
        with decompressor.stream_reader(BytesIO(body), read_across_frames=True) as reader:
            while piece := reader.read(_CHUNK):
                yield piece
    except zstandard.ZstdError as error:
        raise undecodable("content encoding: damaged zstd stream") from error


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
