"""Pictures made into model input, as each model's authors did when they trained and measured it.

Rules:
- Driven by `manifest.Input` alone; no model is known by name here.
- Resizing works on 8-bit pixels in Pillow: its rounding to 1/255 costs far less than another choice
  of filter (docs/models-fidelity.md has the figures).
- A picture may come decode-scaled; the short side should not be below the model's own.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from garim_models.manifest import Input

Pixels = NDArray[np.uint8]

JPEG_QUALITY = 75
"""Quality of the JPEG round trip: the encoder's default, which Open NSFW's pipeline uses."""


def tensor(picture: Pixels, spec: Input) -> NDArray[np.float32]:
    """Prepare one picture.

    Args:
        picture: RGB, shape (height, width, 3).
        spec: The model's `input` table.

    Returns:
        Shape (1, 3, H, W) or (1, H, W, 3) as `spec.layout` says, C-contiguous.
    """
    image = squeeze(Image.fromarray(picture), spec)
    if spec.jpeg_round_trip:
        image = _through_jpeg(image)
    pixels = np.asarray(image)
    if spec.colour == "bgr":
        pixels = pixels[:, :, ::-1]
    factor, shift = _affine(spec)
    values = pixels.astype(np.float32) * factor
    if shift.any():
        values -= shift
    if spec.layout == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[np.newaxis])


def squeeze(image: Image.Image, spec: Input) -> Image.Image:
    """Resize and cut an RGB picture to `spec.width` x `spec.height` pixels."""
    size = (spec.resize_to, spec.resize_to) if spec.resize_to else (spec.width, spec.height)
    if spec.resize == "center-crop":
        size = _short_side(image.size, spec.resize_to)
    if spec.resize == "align-corners":
        image = _align_corners(image, size)
    else:
        image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = (size[0] - spec.width) // 2, (size[1] - spec.height) // 2
    if not left and not top:
        return image
    return image.crop((left, top, left + spec.width, top + spec.height))


def _align_corners(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Pixel i of n samples the source at i * (source - 1) / (n - 1). Pillow evaluates an affine map
    # at pixel centres (i + 0.5) and takes half a pixel off again, hence the offset.
    across = (image.width - 1) / (size[0] - 1)
    down = (image.height - 1) / (size[1] - 1)
    matrix = (across, 0.0, 0.5 - across / 2, 0.0, down, 0.5 - down / 2)
    return image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def _short_side(size: tuple[int, int], target: int) -> tuple[int, int]:
    width, height = size
    if width < height:
        return target, max(target, round(height * target / width))
    return max(target, round(width * target / height)), target


def _through_jpeg(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return Image.open(buffer)


def _affine(spec: Input) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    std = np.asarray(spec.std, np.float64)
    return (
        (spec.scale / std).astype(np.float32),
        (np.asarray(spec.mean, np.float64) / std).astype(np.float32),
    )
