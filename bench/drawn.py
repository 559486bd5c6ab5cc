"""Pictures that are drawn: pages of text, chats, charts and logos (`scenes.py` has the others)."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

type Grey = NDArray[np.float32]

_LETTERS = "abcdefghijklmnopqrstuvwxyz abcdefghijklmnop  ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789"


def page(random: np.random.Generator, height: int, width: int) -> Grey:
    """A page of text in one or two columns."""
    image, draw = _sheet(random, height, width)
    face = font(int(random.integers(7, 15)))
    columns = random.integers(1, 3)
    for column in range(columns):
        left = int(width * (0.05 + 0.95 * column / columns))
        fits = int(width * 0.9 / columns / (face.size * 0.5))
        y = int(random.integers(2, 24))
        while y < height - 6:
            if random.random() > 0.12:
                most = fits if random.random() > 0.25 else max(2, fits // 2)
                draw.text((left, y), words(random, most), int(random.integers(0, 90)), face)
            y += int(face.size * 1.25)
    return np.asarray(image, np.float32)


def chat(random: np.random.Generator, height: int, width: int) -> Grey:
    """A chat or a form on a screen: a bar above, boxes left and right."""
    image, draw = _sheet(random, height, width)
    draw.rectangle((0, 0, width, int(height * 0.1)), int(random.integers(30, 200)))
    y = int(height * 0.13)
    while y < height - 12:
        tall, wide = random.integers(8, 30), random.integers(width // 4, width * 3 // 4)
        left = 5 if random.random() < 0.5 else width - wide - 5
        box = (left, y, left + int(wide), y + int(tall))
        draw.rounded_rectangle(box, 4, int(random.integers(90, 250)))
        draw.text((left + 3, y + 1), words(random, int(wide) // 5), 20, font(8))
        y += int(tall) + 4
    return np.asarray(image, np.float32)


def chart(random: np.random.Generator, height: int, width: int) -> Grey:
    """Bars or a line over axes."""
    image, draw = _sheet(random, height, width)
    floor, left = int(height * 0.88), int(width * 0.12)
    draw.line((left, int(height * 0.05), left, floor, width - 5, floor), 40)
    count = int(random.integers(3, 16))
    step = (width - left - 8) / count
    tops = floor - random.uniform(0.05, 0.8, count) * height
    xs = left + 4 + step * np.arange(count)
    if random.random() < 0.5:
        for x, top in zip(xs, tops, strict=True):
            draw.rectangle((x, top, x + step * 0.7, floor), int(random.integers(40, 200)))
    else:
        draw.line([*zip(xs.tolist(), tops.tolist(), strict=True)], 30, 2)
    return np.asarray(image, np.float32)


def logo(random: np.random.Generator, height: int, width: int) -> Grey:
    """Few shapes and large letters on a flat ground."""
    image = Image.new("L", (width, height), int(random.integers(256)))
    draw = ImageDraw.Draw(image)
    for _ in range(random.integers(1, 5)):
        x, y = random.integers(0, width * 3 // 4), random.integers(0, height * 3 // 4)
        box = (x, y, x + random.integers(10, width // 2), y + random.integers(10, height // 2))
        shape = (draw.ellipse, draw.rectangle)[random.integers(2)]
        shape([int(side) for side in box], int(random.integers(256)))
    place = (int(random.integers(width // 2)), int(random.integers(height * 3 // 4)))
    letters = words(random, int(random.integers(2, 9)))
    draw.text(place, letters, int(random.integers(256)), font(int(random.integers(18, 40))))
    return np.asarray(image, np.float32)


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return a font of a size in pixels."""
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


def words(random: np.random.Generator, letters: int) -> str:
    """Return so many letters, digits and blanks."""
    return "".join(_LETTERS[at] for at in random.integers(0, len(_LETTERS), max(1, letters)))


def _sheet(
    random: np.random.Generator, height: int, width: int
) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (width, height), int(random.integers(215, 256)))
    return image, ImageDraw.Draw(image)
