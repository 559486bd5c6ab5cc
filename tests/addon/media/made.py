"""Made-up pictures, and files of every format that hold them."""

import struct
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pylibjxl
from PIL import Image

from garim_addon.media.sniff import Format

DATA = Path(__file__).parent / "data"


@cache
def scene(width: int = 320, height: int = 240, seed: int = 1) -> Image.Image:
    """A coloured scene of soft blobs with some grain: rich enough for PDQ, the same each time."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (7, 9, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.int16)
    grain = rng.normal(0, 4, (height, width, 3)).astype(np.int16)
    return Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, fmt: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, fmt, **options)
    return out.getvalue()


def jxl(image: Image.Image) -> bytes:
    return pylibjxl.encode(np.array(image))


@cache
def small(found: Format) -> bytes:
    """A small still of the format (SVG has none)."""
    image = scene(96, 72)
    if found is Format.JXL:
        return jxl(image)
    if found is Format.HEIC:
        return (DATA / "scene.heic").read_bytes()
    if found is Format.ICO:
        return encoded(image.resize((64, 64)), "ICO", bitmap_format="bmp", sizes=[(64, 64)])
    return encoded(image, found.value.upper())


RASTERS = tuple(found for found in Format if found is not Format.SVG)
ANIMATED = {"GIF": Format.GIF, "PNG": Format.PNG, "WEBP": Format.WEBP, "AVIF": Format.AVIF}


def animation(fmt: str, frames: list[Image.Image], duration: int = 100) -> bytes:
    first, *rest = frames
    return encoded(first, fmt, save_all=True, append_images=rest, duration=duration, loop=0)


def png(width: int, height: int, *, bits: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    """A PNG by hand: its header may claim what the data does not hold."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(picture: bytes, name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk after its header."""
    return picture[:33] + _chunk(name, body) + picture[33:]
