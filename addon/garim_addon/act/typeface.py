"""The typeface of placeholders: loaded once from the package, before the sandbox closes the disk.

Rules:
- Read at import, and opened once: an inspector process has no file access when it draws.
- Basic layout only: the complex one would load a library at its first use.
"""

import io
from functools import lru_cache
from importlib.resources import files

from PIL import ImageFont

REFERENCE = 100
"""Size in pixels that widths are measured at; they scale linearly."""

FOLDER = files("garim_addon.act") / "fonts"
"""The font and its licence."""

_BYTES = (FOLDER / "garim-card.otf").read_bytes()


@lru_cache(maxsize=32)
def face(size: int) -> ImageFont.FreeTypeFont:
    """Return the typeface at `size` pixels per em."""
    return ImageFont.truetype(io.BytesIO(_BYTES), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=256)
def width(text: str) -> float:
    """Return the advance width of `text` in em."""
    return float(face(REFERENCE).getlength(text)) / REFERENCE


face(REFERENCE)
