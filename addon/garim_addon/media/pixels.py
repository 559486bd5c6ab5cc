"""From whatever a decoder gives to what is judged: small, upright, 8-bit RGB, and the luma.

Rules:
- A transparent picture is seen over white and over black, because a page can have either; the
  second view is left out where both would look the same (mean difference of at most 2 levels of
  255).
- The luma is that of the first view (over white).
- Depths over 8 bits are cut as browsers do; 32-bit and float pictures are stretched to their range.
- Colour profiles are not applied: they shift colours, they do not hide a picture.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from garim_addon.media.luma import luma64

SHORT_SIDE = 256
"""Scaled pictures keep at least this many pixels on the short side where the original has them."""
LONG_SIDE = 2048
"""Scaled pictures have at most this many pixels on the long side, whatever the short side."""
_SAME_VIEW = 2.0

type Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scaled:
    """A picture or frame, small, not yet turned upright.

    Attributes:
        image: Mode L, RGB or RGBA.
        size: (width, height) of the original in pixels.
        step: Pixels of the original, along each axis, that one pixel of `image` stands for.
    """

    image: Image.Image
    size: tuple[int, int]
    step: int

    def detached(self, source: Image.Image) -> "Scaled":
        """Return it with pixels of its own, before `source` decodes its next frame into them."""
        return replace(self, image=source.copy()) if self.image is source else self


def scaled(image: Image.Image, size: tuple[int, int], step: int = 1) -> Scaled:
    """Return a decoded picture as 8-bit L, RGB or RGBA, box-reduced by a whole factor.

    Args:
        image: The decoded picture.
        size: (width, height) of the original.
        step: How far the decoder itself scaled it down.
    """
    small = flat(image)
    short, long = min(small.size), max(small.size)
    factor = max(1, short // SHORT_SIDE, -(-long // LONG_SIDE))
    if factor > 1:
        small = small.reduce(factor)
    return Scaled(small, size, step * factor)


def views(small: Image.Image) -> tuple[Pixels, ...]:
    """Return one RGB array, or two (over white, over black) where they differ."""
    if small.mode != "RGBA":
        return (np.asarray(small if small.mode == "RGB" else small.convert("RGB")),)
    pixels = np.asarray(small)
    alpha = pixels[..., 3:]
    if alpha.min() == 255:
        return (np.ascontiguousarray(pixels[..., :3]),)
    over_black = ((pixels[..., :3].astype(np.uint16) * alpha + 127) // 255).astype(np.uint8)
    over_white = over_black + (255 - alpha)
    if float((255 - alpha).mean()) <= _SAME_VIEW:
        return (over_white,)
    return over_white, over_black


def luma(view: Pixels, small: Scaled) -> NDArray[np.float32]:
    """Return the 64 x 64 luma of `small`, whose first view is `view`; not yet turned upright."""
    opaque = small.image if small.image.mode != "RGBA" else Image.fromarray(view)
    grey = opaque.convert("L")
    across, down = (max(1, side // SHORT_SIDE) for side in grey.size)
    if (across, down) != (1, 1):
        grey = grey.reduce((across, down))
    width, height = small.size
    step = small.step
    return luma64(np.asarray(grey), (height, width), (step * down, step * across))


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation 1..8 of a picture whose pixels are not yet turned."""
    raw = image.info.get("exif")
    if not isinstance(raw, bytes):
        return 1
    exif = Image.Exif()
    try:
        exif.load(raw)
        value = exif.get(0x0112)
    except Exception:  # noqa: BLE001 - damaged metadata must not hide the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright[T: np.generic](pixels: NDArray[T], turn: int) -> NDArray[T]:
    """Turn an (H, W, ...) array as EXIF orientation `turn` says it is to be shown."""
    if turn in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if turn in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if turn in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def flat(image: Image.Image) -> Image.Image:
    """Return a decoded picture of any mode in mode L, RGB or RGBA."""
    mode = image.mode
    if mode.startswith("I") or mode == "F":
        return _eight_bits(image)
    if mode == "LAB":
        return image.getchannel(0)
    if mode == "RGBA":
        return image
    if mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if mode in ("L", "RGB"):
        return image
    return image.convert("L" if mode == "1" else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """16 bits lose the lower eight; wider integers and floats are stretched to their own range."""
    values = np.asarray(image)
    if image.mode.startswith("I;16"):
        return Image.fromarray((values >> 8).astype(np.uint8))
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if low >= 0:
        low, high = 0.0, _full_scale(high)
    span = high - low or 1.0
    return Image.fromarray(((numbers - low) * (255.0 / span)).astype(np.uint8))


def _full_scale(high: float) -> float:
    """The scale that a non-negative picture was most likely made for: 0..1, 8 bits or 16 bits."""
    return next((top for top in (1.0, 255.0, 65535.0) if high <= top), high)
