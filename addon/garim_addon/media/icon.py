"""The largest picture of an icon or cursor file, as a file of its own.

Rules:
- "Largest" is what the payload's own header says; the directory's sizes are only claims.
- At most 256 entries are looked at; entries that point outside the file are ignored.
"""

import struct
from typing import NamedTuple

from garim_addon.media.errors import undecodable

_ENTRIES = 256
_PNG = b"\x89PNG\r\n\x1a\n"
_DIB_HEADERS = range(40, 125)


class _Payload(NamedTuple):
    pixels: int
    bits: int
    data: bytes


def largest(body: bytes) -> bytes:
    """Return the largest picture as a PNG file or as an icon file with that one entry.

    Raises:
        MediaError: When no entry holds a picture.
    """
    count = min(int.from_bytes(body[4:6], "little"), _ENTRIES)
    found = [payload for i in range(count) if (payload := _payload(body, 6 + 16 * i))]
    if not found:
        raise undecodable("ico: no entry holds a picture")
    best = max(found, key=lambda payload: payload[:2])
    if best.data.startswith(_PNG):
        return best.data
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, best.bits, len(best.data), 22)
    return b"\x00\x00\x01\x00\x01\x00" + entry + best.data


def _payload(body: bytes, at: int) -> _Payload | None:
    if at + 16 > len(body):
        return None
    size, offset = struct.unpack_from("<II", body, at + 8)
    data = body[offset : offset + size]
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack_from(">II", data, 16)
        return _Payload(width * height, 32, data)
    if len(data) >= 40 and int.from_bytes(data[:4], "little") in _DIB_HEADERS:
        width, height, _, bits = struct.unpack_from("<iiHH", data, 4)
        return _Payload(abs(width) * abs(height) // 2, bits, data)
    return None
