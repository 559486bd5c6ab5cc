"""Sets of PDQ hashes: of made and sample pictures by Garim's own route, and of their variants.

Rules:
- Every hash of a picture comes from `media.luma` and `judge.pdq`, as in an inspector; only the
  decoder is left out, since pictures are made as luma.
- Two sources share no scene, no template and no sample file.
- A variant is a hash as of the same picture after compression, scaling or a small overlay: its DCT
  coefficients are moved by noise before they are compared with their median, so it is the weak bits
  that flip, as in real copies.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from bench import scenes
from numpy.typing import NDArray
from PIL import Image

from garim_addon.judge import pdq
from garim_addon.media.luma import luma64

VIEWS = 4
"""Hashes of each scene or sample: the first is the whole scene, the others are crops."""
SAMPLE = "sample"
_SAMPLE_SHARE = 10
"""One of so many pictures is a sample."""
SAMPLES = (
    # Both pictures of a pair, and one picture in two formats, belong to one source.
    (
        "skimage/data/astronaut.png",
        "skimage/data/brick.png",
        "skimage/data/chessboard_GRAY.png",
        "skimage/data/chessboard_RGB.png",
        "skimage/data/coffee.png",
        "skimage/data/color.png",
        "skimage/data/gravel.png",
        "skimage/data/horse.png",
        "skimage/data/ihc.png",
        "skimage/data/moon.png",
        "skimage/data/motorcycle_left.png",
        "skimage/data/motorcycle_right.png",
        "skimage/data/page.png",
        "skimage/data/retina.jpg",
        "sklearn/datasets/images/china.jpg",
    ),
    (
        "skimage/data/camera.png",
        "skimage/data/cell.png",
        "skimage/data/chelsea.png",
        "skimage/data/clock_motion.png",
        "skimage/data/coins.png",
        "skimage/data/grass.png",
        "skimage/data/hubble_deep_field.jpg",
        "skimage/data/logo.png",
        "skimage/data/microaneurysms.png",
        "skimage/data/phantom.png",
        "skimage/data/rocket.jpg",
        "skimage/data/text.png",
        "sklearn/datasets/images/flower.jpg",
    ),
)
"""Sample pictures of packages, by source modulo 2."""

type Pixels = NDArray[np.uint8]


def pictures(source: int, number: int) -> Iterator[Pixels]:
    """Yield the views of one scene or sample."""
    random = np.random.default_rng((source, number, 1))
    if kind(source, number) == SAMPLE:
        whole = sample(source, int(random.integers(len(SAMPLES[source % 2]))))
        yield crop(random, whole)
    else:
        whole = scenes.scene((source, number))
        yield whole
    for _ in range(VIEWS - 1):
        yield crop(random, whole)


def kind(source: int, number: int) -> str:
    """Return what kind of picture it is: `sample`, or a function of `scenes`."""
    return SAMPLE if number % _SAMPLE_SHARE == 0 else scenes.kind((source, number))


def crop(random: np.random.Generator, picture: Pixels) -> Pixels:
    """Cut a part out, with another brightness, contrast and gamma; sometimes mirrored."""
    height, width = picture.shape
    tall, wide = (int(side * random.uniform(0.35, 0.95)) for side in (height, width))
    top, left = int(random.integers(height - tall + 1)), int(random.integers(width - wide + 1))
    shape = scenes.SHAPES[random.integers(len(scenes.SHAPES))]
    image = Image.fromarray(picture).resize(
        shape[::-1], Image.Resampling.BILINEAR, (left, top, left + wide, top + tall)
    )
    steps = np.arange(256, dtype=np.float32) / 255
    toned = 255 * steps ** random.uniform(0.6, 1.6) * random.uniform(0.6, 1.2)
    toned += random.uniform(-30, 40)
    made = np.clip(toned, 0, 255).astype(np.uint8)[np.asarray(image)]
    return made[:, ::-1] if random.random() < 0.2 else made


@lru_cache(maxsize=32)
def sample(source: int, number: int) -> Pixels:
    """Return a sample picture's luma, at most 512 pixels a side."""
    package, _, inside = SAMPLES[source % 2][number].partition("/")
    found = find_spec(package)
    assert found is not None
    assert found.origin is not None
    with Image.open(Path(found.origin).parent / inside) as image:
        grey = image.convert("L")
    grey.thumbnail((512, 512))
    return np.asarray(grey)


def luma(picture: Pixels) -> NDArray[np.float32]:
    """Return the luma that is hashed."""
    height, width = picture.shape
    return luma64(picture, (height, width), (1, 1))


def coefficients(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (256,) coefficients whose signs against their median are the hash's bits."""
    return pdq._coefficients(luma).ravel()[::-1]


def bits(coefficients: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the (N, 32) hashes of (N, 256) coefficients."""
    medians = np.partition(coefficients, 127, axis=1)[:, 127:128]
    return np.packbits(coefficients > medians, axis=1)


def variants(
    coefficients: NDArray[np.float32], count: int, random: np.random.Generator
) -> NDArray[np.uint8]:
    """Return (count, 32) hashes of variants, each of a picture drawn from (N, 256) coefficients."""
    made = np.empty((count, 32), np.uint8)
    for at in range(0, count, 1 << 14):
        part = coefficients[random.integers(0, len(coefficients), min(1 << 14, count - at))]
        # What compression and scaling add grows with the coefficients' own size.
        size = np.median(np.abs(part), axis=1, keepdims=True)
        strength = size * random.choice((0.02, 0.1, 0.3, 0.8), (len(part), 1))
        noise = random.standard_normal(part.shape, np.float32)
        made[at : at + len(part)] = bits(part + noise * strength.astype(np.float32))
    return made
