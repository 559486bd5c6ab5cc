"""Search the classifier's test pictures: blobs of colour that the shipped int8 cascade blocks.

    python models/build/fixture.py

Rules:
- The picture depicts nothing: it is a coarse grid of colours, enlarged smoothly. That a network is
  sure of it shows how easily such networks are fooled, and lets the whole way to the placeholder be
  tested without a real picture. It proves the wiring, never the quality.
- The search asks the shipped models only for scores (separable CMA-ES), so it needs no training
  library and finds what the int8 files themselves see. It takes some minutes.
- Fixed seed. The files are committed, because another processor may round a score differently and
  so end elsewhere; run it again only when the models change.

Source of the method: Ros and Hansen, "A Simple Modification in CMA-ES Achieving Linear Time and
Space Complexity", PPSN X, 2008.
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path[0:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from models.build import places  # noqa: E402

from garim_models.loader import Model, load  # noqa: E402

SEED = 20
GRID = 8
SIDE = 448
POPULATION = 24
GENERATIONS = 400
SURE = 5.0
"""Log-odds (0.993) from which a model need not be surer."""

AMBIGUOUS = (0.35, 0.85)
"""First score of the ambiguous picture: well between the thresholds, whatever rounding does."""

Vector = NDArray[np.float64]


def main() -> int:
    """Search, show the scores and write both pictures; return the exit code."""
    models = [load("nsfw-mid"), load("open-nsfw")]
    best = search(lambda values: objective(models, picture(values, 256)))
    image = picture(best, SIDE)
    for name, variant in variants(image).items():
        print(f"{name}: {[round(score, 4) for score in scores(models, variant)]}")
    places.TESTMEDIA.mkdir(exist_ok=True)
    image.save(places.TESTMEDIA / "classifier.png", optimize=True)
    share, mixed = ambiguous(models, image)
    mixed.save(places.TESTMEDIA / "ambiguous.png", optimize=True)
    print(f"ambiguous at {share:.2f}: {[round(score, 4) for score in scores(models, mixed)]}")
    return 0


def picture(values: Vector, side: int) -> Image.Image:
    """Draw a vector of GRID * GRID * 3 numbers as a smooth square picture."""
    colours = 255 / (1 + np.exp(-values.reshape(GRID, GRID, 3)))
    small = Image.fromarray(np.rint(colours).astype(np.uint8))
    return small.resize((side, side), Image.Resampling.BICUBIC)


def scores(models: list[Model], image: Image.Image) -> list[float]:
    """Unsafe score of each model."""
    return [model.unsafe([np.asarray(image)])[0] for model in models]


def objective(models: list[Model], image: Image.Image) -> float:
    """Sum of log-odds, each counted up to `SURE`, with more weight on the least convinced."""
    values = np.clip(scores(models, image), 1e-6, 1 - 1e-6)
    odds = np.minimum(np.log(values / (1 - values)), SURE)
    return float(odds.sum() + odds.min())


def search(goal: Callable[[Vector], float]) -> Vector:
    """Maximize `goal` by separable CMA-ES; return the mean of the last generation."""
    dice = np.random.default_rng(SEED)
    size = GRID * GRID * 3
    parents = POPULATION // 2
    weights = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
    weights /= weights.sum()
    mass = 1 / (weights**2).sum()
    step_rate = (mass + 2) / (size + mass + 5)
    damping = 1 + 2 * max(0.0, np.sqrt((mass - 1) / (size + 1)) - 1) + step_rate
    path_rate = 4 / (size + 4)
    # Ros and Hansen raise the covariance rates by (n + 2) / 3 because only the diagonal is learnt.
    faster = (size + 2) / 3
    rank_one = min(1.0, faster * 2 / ((size + 1.3) ** 2 + mass))
    rank_many = min(1 - rank_one, faster * 2 * (mass - 2 + 1 / mass) / ((size + 2) ** 2 + mass))
    expected = np.sqrt(size) * (1 - 1 / (4 * size) + 1 / (21 * size**2))
    mean, spread, step = np.zeros(size), np.ones(size), 0.8
    step_path, path = np.zeros(size), np.zeros(size)
    for generation in range(GENERATIONS):
        draws = dice.standard_normal((POPULATION, size))
        found = np.array([goal(mean + step * np.sqrt(spread) * draw) for draw in draws])
        chosen = draws[np.argsort(-found, kind="stable")[:parents]]
        move = weights @ chosen
        mean = mean + step * np.sqrt(spread) * move
        step_path = (1 - step_rate) * step_path + np.sqrt(step_rate * (2 - step_rate) * mass) * move
        turn = np.sqrt(path_rate * (2 - path_rate) * mass)
        path = (1 - path_rate) * path + turn * np.sqrt(spread) * move
        many = weights @ (spread * chosen**2)
        spread = (1 - rank_one - rank_many) * spread + rank_one * path**2 + rank_many * many
        step *= np.exp((step_rate / damping) * (np.linalg.norm(step_path) / expected - 1))
        if generation % 20 == 0:
            print(f"{generation}: best {found.max():.2f}, mean {found.mean():.2f}", flush=True)
        if found.min() >= 3 * SURE - 0.5:
            break
    return mean


def variants(image: Image.Image) -> dict[str, Image.Image]:
    """Make the forms in which the picture must be blocked."""
    half = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    return {"png": image, "jpeg 75": _jpeg(image), "half": half, "half jpeg 75": _jpeg(half)}


def ambiguous(models: list[Model], image: Image.Image) -> tuple[float, Image.Image]:
    """Blend with mid-grey until stage 1 is unsure; return the share of colour and the blend."""
    grey = Image.new("RGB", image.size, (128, 128, 128))
    low, high = 0.0, 1.0
    for _ in range(20):
        share = (low + high) / 2
        mixed = Image.blend(grey, image, share)
        first = scores(models[:1], mixed)[0]
        if AMBIGUOUS[0] <= first <= AMBIGUOUS[1]:
            return share, mixed
        low, high = (share, high) if first < AMBIGUOUS[0] else (low, share)
    raise ValueError("no blend is ambiguous")


def _jpeg(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=75)
    return Image.open(buffer).convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
