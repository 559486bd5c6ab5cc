"""Encode a placeholder small and quickly, in each format that is answered in kind.

Rules:
- Plugins are imported here by name, and Pillow's own list with them: an inspector process cannot
  import from disk when it encodes.
- A budget in pixels a format keeps memory and time bounded; measured on the shipped libraries, the
  largest placeholder takes under 0.5 s and about 140 MB (AVIF and WebP hold several planes).
- Grey input stays grey; a palette's indices are those of `card.GREYS`.
"""

import io
import math
from typing import Any

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from garim_addon.act.card import GREYS
from garim_addon.media.sniff import Format

Image.preinit()
PLUGINS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
PALETTE = frozenset({Format.PNG, Format.GIF})
MEGA = 1_000_000
BUDGET = {
    Format.JPEG: 50 * MEGA,
    Format.PNG: 50 * MEGA,
    Format.GIF: 50 * MEGA,
    Format.WEBP: 8 * MEGA,
    Format.AVIF: 8 * MEGA,
}
"""Largest card in pixels, one byte each before encoding."""
COLOUR_BUDGET = 5 * MEGA
"""Largest blurred picture in pixels, three bytes each before encoding."""
SIDE = {
    Format.JPEG: 65_500,
    Format.PNG: 1_000_000,
    Format.GIF: 65_535,
    Format.WEBP: 16_383,
    Format.AVIF: 32_768,
}
_OPTIONS: dict[Format, dict[str, Any]] = {
    Format.JPEG: {"quality": 60, "subsampling": "4:2:0"},
    Format.PNG: {},
    Format.GIF: {"optimize": False},
    Format.WEBP: {"method": 1},
    Format.AVIF: {"speed": 10, "quality": 55, "subsampling": "4:2:0", "max_threads": 1},
}
_PALETTE = [grey for grey in GREYS for _ in "rgb"]


def fit(width: int, height: int, kind: Format, budget: int) -> tuple[int, int]:
    """Return the size to draw: the size asked for, or the same shape within budget and format."""
    width, height = max(1, width), max(1, height)
    by_area = math.sqrt(min(1.0, budget / (width * height)))
    scale = min(by_area, SIDE[kind] / max(width, height))
    if scale >= 1.0:
        return width, height
    return max(1, int(width * scale)), max(1, int(height * scale))


def encode_card(image: Image.Image, kind: Format) -> bytes:
    """Encode a card of mode `L` (indexed for palette formats)."""
    options = dict(_OPTIONS[kind])
    if kind in PALETTE:
        image.putpalette(_PALETTE)
    if kind is Format.PNG:
        options["bits"] = 4
    if kind is Format.WEBP:
        options |= {"lossless": True, "quality": 20}
    return _save(image, kind, options)


def encode_colour(image: Image.Image, kind: Format) -> bytes:
    """Encode a picture of mode `RGB`; palette formats get 128 colours."""
    options = dict(_OPTIONS[kind])
    if kind in PALETTE:
        image = image.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    if kind is Format.WEBP:
        options["quality"] = 60
    return _save(image, kind, options)


def _save(image: Image.Image, kind: Format, options: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    image.save(out, kind.value.upper(), **options)
    return out.getvalue()
