"""Draw the official harmless test picture, `testmedia/listed.png` and `.jpg`.

As antivirus programs have their EICAR file, Garim has this picture: it is on the built-in list
`test`, so anyone can see that a listed picture is blocked. It shows a sun over hills, a house and
the words GARIM TEST set in blocks: nothing that a classifier should mind, and rich enough in detail
for a PDQ quality of 100.

Run it only to change the picture: the committed files are what the list names, and another version
of the encoders may write other bytes. Afterwards run `feed/build_builtin.py`.
"""

import math
import sys
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 720
_OVERSAMPLED = 2
_HORIZON = 430
TARGET = Path(__file__).parents[1] / "garim_models" / "testmedia"

# Five by seven blocks a letter, a row of five bits each.
LETTERS = {
    "G": (14, 17, 16, 23, 17, 17, 14),
    "A": (14, 17, 17, 31, 17, 17, 17),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "I": (14, 4, 4, 4, 4, 4, 14),
    "M": (17, 27, 21, 21, 17, 17, 17),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "S": (15, 16, 16, 14, 1, 1, 30),
}


class Canvas:
    """Draws in units of the finished picture on a larger one, so that edges come out smooth."""

    def __init__(self) -> None:
        size = (WIDTH * _OVERSAMPLED, HEIGHT * _OVERSAMPLED)
        self._image = Image.new("RGB", size, "#9fd3f2")
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: list[tuple[float, float]], colour: str) -> None:
        """Fill a polygon."""
        scaled = [(x * _OVERSAMPLED, y * _OVERSAMPLED) for x, y in points]
        self._draw.polygon(scaled, fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        turns = (math.tau * step / 96 for step in range(96))
        self.polygon([(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns], colour)

    def finished(self) -> Image.Image:
        """Return the picture in its own size."""
        return self._image.reduce(_OVERSAMPLED)


def sky(canvas: Canvas) -> None:
    """Bands of sky, a sun with rays, clouds."""
    for band, colour in enumerate(("#5aa9dd", "#6fb6e3", "#84c3e9", "#9fd3f2", "#b9e0f7")):
        canvas.box(0, band * 86, WIDTH, 90, colour)
    for ray in range(16):
        turn = math.tau * ray / 16
        tip = (730 + 190 * math.cos(turn), 150 + 190 * math.sin(turn))
        left = (730 + 90 * math.cos(turn - 0.12), 150 + 90 * math.sin(turn - 0.12))
        right = (730 + 90 * math.cos(turn + 0.12), 150 + 90 * math.sin(turn + 0.12))
        canvas.polygon([left, tip, right], "#f5b82e")
    canvas.disc(730, 150, 92, "#ffd84a")
    for x, y, radius in (
        (120, 120, 46),
        (180, 96, 60),
        (250, 122, 50),
        (420, 210, 38),
        (470, 194, 48),
    ):
        canvas.disc(x, y, radius, "#ffffff")


def hills(canvas: Canvas) -> None:
    """Three rows of hills, the nearest with furrows."""
    for base, height, length, phase, colour in (
        (_HORIZON, 70, 300, 0.4, "#6f8fb8"),
        (_HORIZON + 60, 48, 220, 2.1, "#4f9a63"),
        (_HORIZON + 130, 30, 380, 4.0, "#2f7d46"),
    ):
        ridge = [
            (float(x), base + height * math.sin(math.tau * x / length + phase))
            for x in range(0, WIDTH + 8, 8)
        ]
        canvas.polygon([*ridge, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
    for furrow in range(14):
        x = furrow * 80 - 60.0
        canvas.polygon(
            [
                (x, HEIGHT),
                (x + 34, HEIGHT),
                (480 + (x - 480) * 0.45 + 6, 610),
                (480 + (x - 480) * 0.45, 610),
            ],
            "#e0c15a" if furrow % 2 else "#256338",
        )


def house(canvas: Canvas) -> None:
    """A house with windows, a fence and trees."""
    canvas.box(110, 420, 210, 160, "#f3e3c3")
    canvas.polygon([(90, 424), (215, 320), (340, 424)], "#b5422c")
    canvas.box(280, 340, 28, 70, "#7d2f20")
    canvas.box(190, 490, 50, 90, "#5a3a22")
    for x in (130, 262):
        canvas.box(x, 450, 40, 44, "#2d4a6b")
        canvas.box(x + 18, 450, 4, 44, "#f3e3c3")
        canvas.box(x, 470, 40, 4, "#f3e3c3")
    for x in range(380, 940, 44):
        canvas.box(x, 560, 16, 66, "#fbf7ee")
    canvas.box(370, 578, 590, 10, "#fbf7ee")
    for x, radius in ((520, 52), (640, 40), (850, 60)):
        canvas.box(x - 9, 480, 18, 86, "#6b4526")
        canvas.disc(x, 460, radius, "#1f5c33")
        canvas.disc(x - radius * 0.3, 448, radius * 0.5, "#3c8a50")


def words(canvas: Canvas) -> None:
    """GARIM over TEST on a board."""
    canvas.box(372, 236, 452, 170, "#16202e")
    canvas.box(380, 244, 436, 154, "#fdfdf8")
    for text, x, y, colour in (
        ("GARIM", 398.0, 254.0, "#16202e"),
        ("TEST", 441.0, 328.0, "#c0392b"),
    ):
        for place, letter in enumerate(text):
            _letter(canvas, letter, x + 82 * place, y, colour)


def _letter(canvas: Canvas, letter: str, x: float, y: float, colour: str) -> None:
    for row, bits in enumerate(LETTERS[letter]):
        for column in range(5):
            if bits >> (4 - column) & 1:
                canvas.box(x + column * 13, y + row * 9, 13, 9, colour)


def picture() -> Image.Image:
    """Return the picture, RGB, 960 x 720."""
    canvas = Canvas()
    for layer in (sky, hills, house, words):
        layer(canvas)
    return canvas.finished()


def main() -> None:
    """Write both files."""
    TARGET.mkdir(parents=True, exist_ok=True)
    made = picture()
    made.save(TARGET / "listed.png", optimize=True)
    made.save(TARGET / "listed.jpg", quality=88, optimize=True)
    sys.stdout.write(f"{TARGET}: listed.png, listed.jpg; now run feed/build_builtin.py\n")


if __name__ == "__main__":
    main()
