"""The original float path of each model, redone step by step: what is shipped is held against it.

Rules:
- Written from the upstream packages' own steps, not from `garim_models.prepare`, so that an error
  there shows.
- On the full-size picture, in float where upstream works in float.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Tensor = NDArray[np.float32]

SIDE = 224


def align_corners(picture: Pixels, side: int = SIDE) -> Tensor:
    """TensorFlow's `resizeBilinear(alignCorners=true)`: (H, W, 3) to (side, side, 3) in 0..1."""
    height, width = picture.shape[:2]
    down = np.arange(side) * ((height - 1) / (side - 1))
    across = np.arange(side) * ((width - 1) / (side - 1))
    top, left = down.astype(np.int64), across.astype(np.int64)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    below = (down - top).astype(np.float32)[:, None, None]
    beside = (across - left).astype(np.float32)[None, :, None]
    rows = [picture[row].astype(np.float32) / np.float32(255) for row in (top, bottom)]
    upper, lower = (row[:, left] * (1 - beside) + row[:, right] * beside for row in rows)
    return np.asarray(upper * (1 - below) + lower * below, np.float32)


def nsfwjs(picture: Pixels) -> Tensor:
    """Prepare as nsfwjs: squeezed to 224 x 224, then its graph's x * 2 - 1; (1, 3, 224, 224)."""
    values = align_corners(picture) * np.float32(2) - np.float32(1)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[np.newaxis])


def open_nsfw(picture: Pixels) -> Tensor:
    """Prepare as Open NSFW: 256 x 256, centre 224 x 224, JPEG, BGR - mean; (1, 224, 224, 3)."""
    image = Image.fromarray(picture).resize((256, 256), Image.Resampling.BILINEAR)
    image = image.crop((16, 16, 240, 240))
    with io.BytesIO() as buffer:
        image.save(buffer, format="JPEG")
        buffer.seek(0)
        values = np.asarray(Image.open(buffer), np.float32)
    values = values[:, :, ::-1] - np.array([104, 117, 123], np.float32)
    return np.ascontiguousarray(values[np.newaxis])


PATHS: dict[str, Callable[[Pixels], Tensor]] = {"nsfw-mid": nsfwjs, "open-nsfw": open_nsfw}
"""The original path of each model, by its name."""
