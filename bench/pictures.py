"""Photo-like pictures made from a seed: ordinary enough that no classifier minds them.

Rules:
- Fixed seed, so every machine measures the same pixels (encoders may differ by version).
- 1/f noise in colour with a few hard edges and sensor grain: it costs a decoder about what a photo
  costs. JPEGs are brought to 0.27 byte a pixel and WebPs to 0.18, as photos of the web have.
- Made once and kept in the cache folder.

Weakness: no made picture has a photo's exact statistics; entropy decoding may differ by some
percent. Peers get the same bytes.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZES = {"0.3 MP": (640, 480), "1 MP": (1152, 864), "12 MP": (4000, 3000)}
FORMATS = ("jpeg", "png", "webp")
BYTES_PER_PIXEL = {"jpeg": 0.27, "webp": 0.18}
_VERSION = 2
_TRIAL = 1200
"""Pixels a side on which the quality is found."""
_COMMENT = b"\xff\xfe"


def pixels(width: int, height: int, seed: int = 7) -> NDArray[np.uint8]:
    """Make a picture of shape (height, width, 3)."""
    random = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    across = 3
    while across < width // 2:
        grid = random.normal(0, 1, (max(2, across * height // width), across, 3))
        # Channels move together mostly, as in a photo.
        grid = 0.8 * grid.mean(axis=2, keepdims=True) * 1.7 + 0.35 * grid
        picture += _enlarged(grid.astype(np.float32), width, height) * (90 / across**0.72)
        across *= 2
    picture += _shapes(random, width, height)
    picture += random.normal(0, 2.5, (height, width, 1)).astype(np.float32)
    return np.clip(picture + 120, 0, 255).astype(np.uint8)


def encoded(width: int, height: int, format_: str, seed: int = 7) -> bytes:
    """Make a picture and encode it as `jpeg`, `png` or `webp`."""
    image = Image.fromarray(pixels(width, height, seed))
    if format_ == "png":
        return _saved(image, format_)
    return _saved(image, format_, quality=quality(image, format_))


def quality(image: Image.Image, format_: str) -> int:
    """Return the highest quality whose file stays within the format's bytes a pixel."""
    if image.width > _TRIAL:
        image = image.crop((0, 0, _TRIAL, min(_TRIAL, image.height)))
    most = image.width * image.height * BYTES_PER_PIXEL[format_]
    low, high = 30, 95
    while low < high:
        middle = (low + high + 1) // 2
        if len(_saved(image, format_, quality=middle)) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def kept(folder: Path, size: str, format_: str) -> Path:
    """Return the file of a picture, made at the first call."""
    width, height = SIZES[size]
    path = folder / f"v{_VERSION}-{width}x{height}.{format_}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(width, height, format_))
    return path


def condemned(folder: Path, fixture: Path, size: str) -> Path:
    """Return the file of a JPEG of this size that needs the second stage, made from the fixture."""
    width, height = SIZES[size]
    path = folder / f"v{_VERSION}-second-{width}x{height}.jpeg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with Image.open(fixture) as image:
            scaled = image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        path.write_bytes(_saved(scaled, "jpeg", quality=90))
    return path


def variants(body: bytes, count: int, name: str = "") -> Iterator[bytes]:
    """Yield JPEGs with the same pixels and different bytes, so that no cache knows them."""
    for number in range(count):
        text = f"{name} {number}".encode()
        yield body[:2] + _COMMENT + (len(text) + 2).to_bytes(2, "big") + text + body[2:]


def _shapes(random: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    rows, columns = np.ogrid[:height, :width]
    layer = np.zeros((height, width, 3), np.float32)
    for _ in range(14):
        x, y = random.uniform(0, width), random.uniform(0, height)
        a, b = random.uniform(0.03, 0.2, 2) * width
        inside = ((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 < 1
        layer[inside] = random.normal(0, 45, 3)
    return layer


def _enlarged(grid: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    channels = [
        np.asarray(Image.fromarray(grid[:, :, c]).resize((width, height), Image.Resampling.BICUBIC))
        for c in range(3)
    ]
    return np.stack(channels, axis=2)


def _saved(image: Image.Image, format_: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()
