"""Write made pictures as files of every format that a browser shows.

Rules:
- Deterministic: fixed options, one thread where an encoder has several.
- Animations end: they play once and stay on their last frame, so that screenshots can be compared.
"""

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

SUFFIX = {
    "jpeg": "jpg",
    "png": "png",
    "gif": "gif",
    "webp": "webp",
    "avif": "avif",
    "bmp": "bmp",
    "ico": "ico",
}
"""Formats with their file name's ending."""
ANIMATED = ("gif", "webp", "png")
FRAME_MS = 80

_OPTIONS: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 88},
    "png": {},
    "gif": {},
    "webp": {"quality": 85, "method": 2},
    "avif": {"quality": 80, "speed": 9, "max_threads": 1},
    "bmp": {},
    "ico": {"sizes": [(64, 64)], "bitmap_format": "png"},
}


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    """Encode one picture.

    Args:
        image: The picture, mode `RGB`.
        kind: A key of `SUFFIX`.
        options: Pillow's options, over the defaults here.
    """
    if kind == "gif":
        image = image.quantize(256, Image.Quantize.MEDIANCUT)
    out = io.BytesIO()
    image.save(out, kind.upper(), **(_OPTIONS[kind] | options))
    return out.getvalue()


def animate(frames: Sequence[Image.Image], kind: str) -> bytes:
    """Encode an animation that plays once.

    Args:
        frames: The frames, mode `RGB`, of one size.
        kind: One of `ANIMATED`.
    """
    # WebP and PNG count plays; GIF counts repetitions, and without a count it plays once.
    count = {} if kind == "gif" else {"loop": 1}
    out = io.BytesIO()
    frames[0].save(
        out,
        kind.upper(),
        save_all=True,
        append_images=list(frames[1:]),
        duration=FRAME_MS,
        **_OPTIONS[kind],
        **count,
    )
    return out.getvalue()
