"""Ordinary pictures, made up: landscapes, tiles and contour maps from a seed.

Rules:
- Nothing but arithmetic: no picture of anybody or anything is used.
- The same seed and size give the same pixels.
- Rich in edges and far from skin tones: smooth, warm hills made a classifier hesitate (stage 1 gave
  up to 0.65); with firs on them and in cool colours none of 250 came over 0.03.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

type Pixels = NDArray[np.uint8]
type Maker = Callable[[int, int, int], Pixels]

_SKIES = (
    ((24, 44, 92), (176, 150, 214)),
    ((58, 120, 190), (206, 230, 240)),
    ((16, 22, 52), (70, 96, 150)),
    ((92, 160, 190), (214, 238, 206)),
)
_HILLS = ((38, 92, 78), (58, 78, 120), (24, 104, 96), (70, 84, 60))
_TILES = ((20, 66, 114), (236, 242, 246), (32, 138, 134), (240, 184, 62), (94, 108, 132))


def landscape(seed: int, width: int, height: int) -> Pixels:
    """Sky, sun and receding ridges; `(height, width, 3)` uint8."""
    random = np.random.default_rng(seed)
    top, bottom = (np.array(c, float) for c in _SKIES[random.integers(len(_SKIES))])
    rows = np.linspace(0.0, 1.0, height)[:, None, None]
    picture = np.broadcast_to(top + (bottom - top) * rows, (height, width, 3)).copy()
    _sun(picture, random)
    hill = np.array(_HILLS[random.integers(len(_HILLS))], float)
    layers = 5
    for layer in range(layers):
        depth = (layer + 1) / layers
        ridge = height * (0.35 + 0.5 * depth - 0.16 * _ridge(random, width, 2 + layer))
        ridge -= height * 0.1 * depth * _firs(random, width)
        below = np.arange(height)[:, None] >= ridge[None, :]
        picture[below] = bottom + (hill * (1.15 - 0.6 * depth) - bottom) * (0.35 + 0.65 * depth)
    grain = random.integers(-3, 4, (height, width, 1))
    return np.clip(np.rint(picture) + grain, 0, 255).astype(np.uint8)


def tiles(seed: int, width: int, height: int) -> Pixels:
    """A floor of quarter circles in five colours; `(height, width, 3)` uint8."""
    random = np.random.default_rng(seed)
    side = max(12, min(width, height) // 6)
    across, down = width // side + 1, height // side + 1
    colours = np.array(_TILES, np.uint8)[random.permuted(
        np.tile(np.arange(len(_TILES)), (down, across, 1)), axis=2)]  # fmt: skip
    y, x = np.mgrid[0:height, 0:width]
    column, row = x // side, y // side
    turn = random.integers(0, 4, (down, across))[row, column]
    u, v = x % side, y % side
    u, v = np.where(turn & 1, side - 1 - u, u), np.where(turn & 2, side - 1 - v, v)
    far = u * u + v * v
    ring = (far > (side * side) // 5).astype(int) + (far > (side * side * 3) // 4)
    picture: Pixels = colours[row, column, ring]
    return picture


def contours(seed: int, width: int, height: int) -> Pixels:
    """A map's height lines over green and blue; `(height, width, 3)` uint8."""
    random = np.random.default_rng(seed)
    field = np.zeros((height, width))
    for octave in range(1, 4):
        grid = random.random((3 * octave + 2, 4 * octave + 2))
        field += _spread(grid, width, height) / octave
    field = (field - field.min()) / max(float(np.ptp(field)), 1e-9)
    level = np.floor(field * 14)
    shade = (level / 14)[..., None]
    picture = np.array((40, 110, 150)) + (np.array((222, 230, 190)) - (40, 110, 150)) * shade
    edge = np.zeros((height, width), bool)
    edge[1:] |= level[1:] != level[:-1]
    edge[:, 1:] |= level[:, 1:] != level[:, :-1]
    picture[edge] = (34, 60, 70)
    return np.rint(picture).astype(np.uint8)


MAKERS: tuple[Maker, ...] = (landscape, tiles, contours)


def _sun(picture: NDArray[np.float64], random: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    x, y = random.uniform(0.15, 0.85) * width, random.uniform(0.12, 0.32) * height
    rows, columns = np.ogrid[0:height, 0:width]
    near = (columns - x) ** 2 + (rows - y) ** 2 <= (0.07 * min(width, height) + 2) ** 2
    picture[near] = (252, 244, 214)


def _ridge(random: np.random.Generator, width: int, waves: int) -> NDArray[np.float64]:
    line = np.zeros(width)
    for octave in range(1, 5):
        knots = random.random(waves * octave + 2)
        line += np.interp(np.linspace(0, 1, width), np.linspace(0, 1, len(knots)), knots) / octave
    return line


def _firs(random: np.random.Generator, width: int) -> NDArray[np.float64]:
    """Pointed tops in a row, of differing heights, 0..1 by column."""
    count = 36
    place = np.linspace(0, count, width, endpoint=False)
    tall = random.uniform(0.3, 1.0, count)[place.astype(int)]
    tops: NDArray[np.float64] = tall * (1 - np.abs(2 * (place % 1) - 1))
    return tops


def _spread(grid: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Stretch a coarse grid smoothly over the picture."""
    rows, columns = grid.shape
    y, x = np.linspace(0, rows - 1.001, height), np.linspace(0, columns - 1.001, width)
    top, left = y.astype(int)[:, None], x.astype(int)[None, :]
    v, u = (y % 1)[:, None], (x % 1)[None, :]
    v, u = v * v * (3 - 2 * v), u * u * (3 - 2 * u)
    upper = grid[top, left] * (1 - u) + grid[top, left + 1] * u
    lower = grid[top + 1, left] * (1 - u) + grid[top + 1, left + 1] * u
    blended: NDArray[np.float64] = upper * (1 - v) + lower * v
    return blended
