"""Read a media's format from its first bytes.

Rules:
- Content-Type and file names are never asked: they are what the sender says, not what the viewer
  shows.
- Byte compares only, nothing is decoded: this runs in the proxy process.
- 4096 bytes are enough for every format; a longer XML prolog before `<svg` is not looked through.
- Where a magic is short (BMP, ICO, JXL), further header fields are asked so that plain text is not
  taken for a picture.
"""

import re
from enum import StrEnum

from garim_addon.media import isobmff


class Format(StrEnum):
    """Picture formats that Garim knows by their first bytes."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    HEIC = "heic"
    JXL = "jxl"
    BMP = "bmp"
    TIFF = "tiff"
    ICO = "ico"
    SVG = "svg"


MIME: dict[Format, str] = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.GIF: "image/gif",
    Format.WEBP: "image/webp",
    Format.AVIF: "image/avif",
    Format.HEIC: "image/heic",
    Format.JXL: "image/jxl",
    Format.BMP: "image/bmp",
    Format.TIFF: "image/tiff",
    Format.ICO: "image/x-icon",
    Format.SVG: "image/svg+xml",
}

_HEAD = 4096
_PREFIXES: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"\xff\x0a", Format.JXL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", Format.JXL),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"II+\x00\x08\x00", Format.TIFF),
    (b"MM\x00+\x00\x08", Format.TIFF),
)

_STARTS = (
    *(prefix for prefix, _ in _PREFIXES),
    b"RIFF",
    b"BM",
    b"\x00\x00\x01\x00",
    b"\x00\x00\x02\x00",
)
"""How a raster picture may start."""


def sniff(head: bytes) -> Format | None:
    """Return the format that the first bytes show, or `None`.

    Args:
        head: The first bytes of the decoded body; 4096 are enough, fewer may give `None`.
    """
    head = head[:_HEAD]
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    for check, found in _CHECKS:
        if check(head):
            return found
    return None


def undecided(head: bytes) -> bool:
    """Return whether a raster picture may still start like this; more bytes will tell.

    Args:
        head: The first few bytes of the decoded body.
    """
    if any(head.startswith(start) or start.startswith(head) for start in _STARTS):
        return True
    # An ISO BMFF box begins with its size, which may be anything.
    return len(head) < 5 or b"ftyp".startswith(head[4:8])


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _bmp(head: bytes) -> bool:
    """A DIB header of 12 (OS/2 1.x) to 124 (V5) bytes must follow the 14-byte file header."""
    return (
        head[:2] == b"BM" and len(head) >= 18 and 12 <= int.from_bytes(head[14:18], "little") <= 124
    )


def _ico(head: bytes) -> bool:
    """Icon (type 1) or cursor (type 2) with an entry whose payload lies behind the directory."""
    if head[:4] not in (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00") or len(head) < 22:
        return False
    count = int.from_bytes(head[4:6], "little")
    return count > 0 and int.from_bytes(head[18:22], "little") >= 6 + 16 * count


_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SVG_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,63}:)?svg[\s/>]")


def _svg(head: bytes) -> bool:
    """Whether the first element is `svg`; BOM, comments, DOCTYPE and PIs are stepped over."""
    text = _as_ascii(head).lstrip()
    while text.startswith((b"<?", b"<!")):
        end = _misc_end(text)
        if end < 0:
            return False
        text = text[end:].lstrip()
    return _SVG_ROOT.match(text) is not None


def _as_ascii(head: bytes) -> bytes:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "ignore").encode("ascii", "replace")
    return head


def _misc_end(text: bytes) -> int:
    """Return where the comment, processing instruction or DOCTYPE at the start ends, or -1."""
    if text.startswith(b"<!--"):
        end = text.find(b"-->", 4)
        return end + 3 if end >= 0 else -1
    if text.startswith(b"<?"):
        end = text.find(b"?>")
        return end + 2 if end >= 0 else -1
    subset, close = text.find(b"["), text.find(b">")
    if 0 <= subset < close:
        close = text.find(b">", text.find(b"]", subset))
    return close + 1 if close >= 0 else -1


_CHECKS = (
    (_webp, Format.WEBP),
    (isobmff.is_avif, Format.AVIF),
    (isobmff.is_heic, Format.HEIC),
    (_bmp, Format.BMP),
    (_ico, Format.ICO),
    (_svg, Format.SVG),
)
