"""Small made pictures of many kinds, for sets of PDQ hashes that are as skewed as real ones.

Rules:
- A picture is made from its seed alone, so any machine makes the same set again (fonts and
  Pillow's resampling may differ by version).
- Kinds that crowd real lists are among them on purpose: pages of text, chats, charts, objects on
  white, letterboxed frames, one template with many captions. Their low frequencies are alike, so
  many bits of their hashes are, too.
- No person, no body: patterns, text and landscapes of noise.

Weakness: made pictures are more alike within a kind, and less so between kinds, than photos are.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from bench.drawn import Grey, chart, chat, font, logo, page, words
from numpy.typing import NDArray
from PIL import Image, ImageDraw

type Maker = Callable[[np.random.Generator, int, int], Grey]

SHAPES = ((120, 160), (160, 120), (128, 128), (90, 160), (160, 90), (100, 140))
"""(height, width) in pixels."""
_TEMPLATES = 40


def scene(seed: tuple[int, ...]) -> NDArray[np.uint8]:
    """Make one picture.

    Args:
        seed: Any numbers; the first one names the source: pictures of different sources share
            nothing, not even a template.

    Returns:
        (height, width) luma, of one of `SHAPES`.
    """
    random = np.random.default_rng(seed)
    make = _maker(random)
    height, width = SHAPES[random.integers(len(SHAPES))]
    if make is caption:
        return _pixels(caption(random, height, width, seed[0]))
    return _pixels(make(random, height, width))


def kind(seed: tuple[int, ...]) -> str:
    """Return what kind of picture `scene` makes."""
    return _maker(np.random.default_rng(seed)).__name__


def noise(random: np.random.Generator, height: int, width: int) -> Grey:
    """1/f noise: clouds, foliage, rough surfaces."""
    # At half the size: a hash sees 64 x 64 samples at most.
    rows, columns = height // 2, width // 2
    logs = _frequencies(rows, columns)
    waves = random.standard_normal((*logs.shape, 2), np.float32).view(np.complex64)[..., 0]
    spectrum = waves * np.exp(logs * np.float32(-random.uniform(0.8, 2.2)))
    made = _stretched(np.fft.irfft2(spectrum, (rows, columns)), random.uniform(20, 65))
    return made.repeat(2, 0).repeat(2, 1) + np.float32(random.uniform(70, 180))


def landscape(random: np.random.Generator, height: int, width: int) -> Grey:
    """A bright sky over a darker ground, some things standing on the horizon."""
    picture = noise(random, height, width) * random.uniform(0.2, 0.7)
    horizon = int(height * random.uniform(0.3, 0.75))
    picture[:horizon] += np.linspace(random.uniform(60, 150), 60, horizon, dtype=np.float32)[
        :, None
    ]
    for _ in range(random.integers(0, 9)):
        left, wide = random.integers(width), random.integers(2, width // 4)
        top = int(horizon * random.uniform(0.3, 1.0))
        picture[top : horizon + random.integers(1, 20), left : left + wide] += random.normal(0, 50)
    return picture


def things(random: np.random.Generator, height: int, width: int) -> Grey:
    """Lit round things before a soft background."""
    picture = noise(random, height, width) * random.uniform(0.2, 0.8)
    for _ in range(random.integers(1, 8)):
        picture += _ball(random, height, width) * random.normal(0, 70)
    return picture


def product(random: np.random.Generator, height: int, width: int) -> Grey:
    """One thing in the middle of white, with a shadow."""
    rows, columns = _axes(height, width)
    tall, wide = random.uniform(0.2, 0.45, 2)
    angle = random.uniform(0, np.pi)
    y = (rows - 0.5) * np.cos(angle) + (columns - 0.5) * np.sin(angle)
    x = (columns - 0.5) * np.cos(angle) - (rows - 0.5) * np.sin(angle)
    power = random.uniform(1.5, 8)
    inside = (np.abs(x) / wide) ** power + (np.abs(y) / tall) ** power < 1
    surface = noise(random, height, width) * random.uniform(0.3, 1) - random.uniform(0, 80)
    shade = 250 - 50 * np.exp(-(((rows - 0.9) / 0.08) ** 2) - ((columns - 0.5) / wide) ** 2)
    return np.where(inside, surface, shade).astype(np.float32)


def pattern(random: np.random.Generator, height: int, width: int) -> Grey:
    """Stripes, checks, rings, and sums of them."""
    rows, columns = _axes(height, width)
    picture = np.zeros((height, width), np.float32)
    for _ in range(random.integers(1, 4)):
        angle, waves = random.uniform(0, np.pi), random.uniform(1, 24)
        along = rows * np.sin(angle) + columns * np.cos(angle)
        if random.random() < 0.3:
            along = np.hypot(rows - random.random(), columns - random.random())
        wave = np.sin(2 * np.pi * (waves * along + random.random()))
        if random.random() < 0.5:
            wave = np.sign(wave)
        picture = picture * wave if random.random() < 0.3 else picture + wave
    return _stretched(picture, 50) + 128


def letterbox(random: np.random.Generator, height: int, width: int) -> Grey:
    """A frame between black bars."""
    picture = (landscape, things, noise)[random.integers(3)](random, height, width)
    bar = int(height * random.uniform(0.08, 0.2))
    picture[:bar] = picture[height - bar :] = random.uniform(0, 20)
    return picture


def caption(random: np.random.Generator, height: int, width: int, source: int) -> Grey:
    """One of a source's templates with words above and below."""
    template = _template(source, int(random.integers(_TEMPLATES)), height, width)
    image = Image.fromarray(_pixels(template))
    draw = ImageDraw.Draw(image)
    for y in (2, height - 20)[: random.integers(1, 3)]:
        draw.text(
            (int(random.integers(2, 20)), y), words(random, 16), 255, font(14), stroke_width=1
        )
    return np.asarray(image, np.float32)


_KINDS: dict[Maker | Callable[..., Grey], int] = {
    noise: 14,
    landscape: 20,
    things: 20,
    product: 9,
    page: 7,
    chat: 5,
    chart: 4,
    pattern: 7,
    logo: 6,
    letterbox: 5,
    caption: 3,
}
MAKERS = tuple(_KINDS)
_SHARES = np.array(list(_KINDS.values())) / sum(_KINDS.values())


def _maker(random: np.random.Generator) -> Maker | Callable[..., Grey]:
    return MAKERS[random.choice(len(MAKERS), p=_SHARES)]


@lru_cache(maxsize=512)
def _template(source: int, number: int, height: int, width: int) -> Grey:
    return things(np.random.default_rng((source, number, 77)), height, width)


@lru_cache(maxsize=16)
def _frequencies(height: int, width: int) -> Grey:
    """Return the logarithms of the frequencies of a real Fourier transform."""
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    waves[0, 0] = 1
    logs: Grey = np.log(waves).astype(np.float32)
    return logs


@lru_cache(maxsize=16)
def _axes(height: int, width: int) -> tuple[Grey, Grey]:
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    return rows, np.linspace(0, 1, width, dtype=np.float32)[None, :]


def _ball(random: np.random.Generator, height: int, width: int) -> Grey:
    rows, columns = _axes(height, width)
    y, x = random.uniform(0, 1, 2)
    tall, wide = random.uniform(0.05, 0.4, 2)
    away = ((rows - y) / tall) ** 2 + ((columns - x) / wide) ** 2
    lit = 1 + random.uniform(-1, 1) * (columns - x) / wide
    return np.where(away < 1, lit, 0).astype(np.float32)


def _stretched(picture: NDArray[np.floating], spread: float) -> Grey:
    made: Grey = ((picture - picture.mean()) * (spread / (picture.std() + 1e-6))).astype(np.float32)
    return made


def _pixels(picture: Grey) -> NDArray[np.uint8]:
    return np.clip(picture, 0, 255).astype(np.uint8)
