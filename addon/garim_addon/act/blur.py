"""The softer placeholder: the original so blurred that only its colours are left, with the words.

Rules:
- Sixteen pixels on the shorter side are all that is kept of the original.
- Never for list matches: a victim's picture is covered, not hinted at (`decide` sees to it).
- Only inspector processes come here: the original is decoded.
"""

from PIL import Image, ImageDraw

from garim_addon.act import typeface
from garim_addon.act.card import write
from garim_addon.act.layout import Role, arrange
from garim_addon.act.placeholder_spec import PlaceholderSpec
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits

KEPT = 16
"""Pixels on the shorter side that survive."""
DARKEN = 0.6
INK: dict[Role, tuple[int, int, int]] = {
    Role.MARK: (255, 255, 255),
    Role.WORD: (255, 255, 255),
    Role.IDENT: (236, 236, 236),
}


def blurred(spec: PlaceholderSpec, original: bytes, size: tuple[int, int]) -> Image.Image:
    """Draw the blurred original in mode `RGB`.

    Raises:
        MediaError: When the original cannot be decoded.
    """
    view = open_picture(original, Limits()).samples[0].views[0]
    tiny = _reduced(Image.fromarray(view))
    image = tiny.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for piece in arrange(*size, spec.word, spec.ident, typeface.width):
        write(draw, piece, INK[piece.role])
    return image


def _reduced(image: Image.Image) -> Image.Image:
    scale = KEPT / min(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    tiny = image.resize(
        (min(size[0], image.width), min(size[1], image.height)), Image.Resampling.BOX
    )
    return tiny.point(lambda value: int(value * DARKEN))
