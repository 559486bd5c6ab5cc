"""The card that covers a picture: calm, neutral, readable, cheap to encode.

Rules:
- Grey only, one byte a pixel; sixteen shades at most when a palette is wanted.
- Nothing of the original is on it: the same size and word give the same card.
- Wide slanted bands like a blind say "covered" also where no word fits.
"""

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from garim_addon.act import typeface
from garim_addon.act.layout import Piece, Role, arrange
from garim_addon.act.placeholder_spec import PlaceholderSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

GREYS = (*range(44, 234, 15), 234, 242, 250)
"""Sixteen greys from dark to light; a palette holds each exactly."""
PAPER, BAND, BORDER = 14, 13, 11
INK = {Role.MARK: 0, Role.WORD: 1, Role.IDENT: 4}
BORDER_FROM = 8
"""Shorter side in pixels from which a border is drawn."""
BANDS_FROM = 16


def card(spec: PlaceholderSpec, size: tuple[int, int], *, indexed: bool) -> Image.Image:
    """Draw the card in mode `L`.

    Args:
        spec: What to write on it.
        size: Width and height in pixels.
        indexed: Whether the values are indices into `GREYS` rather than greys themselves.
    """
    tones: Sequence[int] = range(len(GREYS)) if indexed else GREYS
    image = Image.new("L", size, tones[PAPER])
    draw = ImageDraw.Draw(image)
    short = min(size)
    if short >= BANDS_FROM:
        _bands(draw, size, tones[BAND])
    if short >= BORDER_FROM:
        edge = max(1, short // 160)
        draw.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=tones[BORDER], width=edge)
    for piece in arrange(*size, spec.word, spec.ident, typeface.width):
        write(draw, piece, tones[INK[piece.role]])
    return image


def write(draw: ImageDraw.ImageDraw, piece: Piece, ink: int | tuple[int, int, int]) -> None:
    """Write one piece of text, its middle on the piece's height."""
    draw.text((piece.x, piece.y), piece.text, ink, typeface.face(piece.size), anchor="lm")


def _bands(draw: ImageDraw.ImageDraw, size: tuple[int, int], shade: int) -> None:
    width, height = size
    band = max(6, min(size) // 9)
    # Elongated pictures get wider bands rather than thousands of them.
    band = max(band, (width + height) // 256)
    for left in range(-height, width, 2 * band):
        draw.polygon(
            ((left, height), (left + band, height), (left + band + height, 0), (left + height, 0)),
            fill=shade,
        )
