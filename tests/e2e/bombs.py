"""Small files that would be huge when opened: made pictures of nothing."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def pixel_bomb(side: int = 30_000) -> bytes:
    """A PNG of `side` x `side` pixels, all of one colour, a few hundred kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def frame_bomb(frames: int = 60_000, side: int = 100) -> bytes:
    """An APNG of so many full frames."""
    rows = zlib.compress(bytes(1 + side // 4) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 2, 0, 0, 0, 0)
    parts = [_chunk(b"IHDR", header), _chunk(b"acTL", struct.pack(">II", frames, 1))]
    for number in range(frames):
        sequence = max(0, 2 * number - 1)
        control = struct.pack(">IIIIIHHBB", sequence, side, side, 0, 0, 1, 100, 0, 0)
        parts.append(_chunk(b"fcTL", control))
        follows = struct.pack(">I", sequence + 1) + rows
        parts.append(_chunk(b"fdAT", follows) if number else _chunk(b"IDAT", rows))
    return SIGNATURE + b"".join(parts) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
