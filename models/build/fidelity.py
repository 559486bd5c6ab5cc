"""How far what is shipped is from the original float models, on pictures no calibration saw.

Rules:
- Every figure is a difference to `reference.PATHS` on the full-size picture, unless its row says
  otherwise.
- Nothing here measures how many unsafe pictures are found: no such picture is used.
- An int8 file that misses `AGREEMENT` or `P99` is not shipped.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from models.build import reference
from numpy.typing import NDArray
from PIL import Image

from garim_models.manifest import Input, Thresholds
from garim_models.prepare import tensor

AGREEMENT, P99 = 0.99, 0.12
"""What an int8 file must reach: least share of equal first classes, largest 99th percentile."""

SHORT_SIDE = 256
"""Decode-scaled pictures keep at least this many pixels on the short side."""

Scores = NDArray[np.float32]
ORIGINAL = "original"
FLOAT_FILE = "shipped float32 file, original preparation"
FLOAT_PREPARED = "original weights, our preparation"
FLOAT_SCALED = "original weights, our preparation, decode-scaled"
INT8_FILE = "int8 file, original preparation"
INT8_PREPARED = "int8 file against float, both our preparation"
SHIPPED = "int8 file, our preparation, decode-scaled (as in use)"
PATHS = (FLOAT_FILE, FLOAT_PREPARED, FLOAT_SCALED, INT8_FILE, INT8_PREPARED, SHIPPED)
BASES = {INT8_PREPARED: FLOAT_PREPARED}
"""Paths that are compared with another one than `ORIGINAL`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the fidelity table.

    Attributes:
        path: What was changed.
        pictures: How many pictures.
        top1: Share of pictures whose most probable class is the same.
        mean: Mean absolute change of a class's probability.
        p99: 99th percentile over pictures of the largest change of any class.
        worst: Largest change of any class on any picture.
        score: Largest change of the unsafe score.
        decisions: Pictures whose score changed sides of a threshold, by threshold.
    """

    path: str
    pictures: int
    top1: float
    mean: float
    p99: float
    worst: float
    score: float
    decisions: Mapping[str, int]

    @property
    def shippable(self) -> bool:
        """Whether it is close enough to be shipped."""
        return self.top1 >= AGREEMENT and self.p99 <= P99


def session(content: bytes) -> Callable[[NDArray[np.float32]], Scores]:
    """Load a serialized model to measure it: tensor (1, ...) to probabilities (classes,)."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 4
    one = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    name = one.get_inputs()[0].name
    return lambda given: np.asarray(one.run(None, {name: given})[0], np.float32).reshape(-1)


def scores(
    name: str, spec: Input, files: Iterable[Path], models: Mapping[str, bytes]
) -> dict[str, Scores]:
    """Score pictures along every path.

    Args:
        name: Name of the model, for its original path.
        spec: The manifest's input table.
        files: Pictures.
        models: Serialized models: `original`, `float32`, `int8`.

    Returns:
        For each path, and `ORIGINAL`, probabilities of shape (pictures, classes).
    """
    run = {key: session(content) for key, content in models.items()}
    rows: dict[str, list[Scores]] = {path: [] for path in (ORIGINAL, *PATHS)}
    for file in files:
        full, scaled = decoded(file, scale=False), decoded(file, scale=True)
        upstream, ours, small = (
            reference.PATHS[name](full),
            tensor(full, spec),
            tensor(scaled, spec),
        )
        rows[ORIGINAL].append(run["original"](upstream))
        rows[FLOAT_FILE].append(run["float32"](upstream))
        rows[FLOAT_PREPARED].append(run["original"](ours))
        rows[FLOAT_SCALED].append(run["original"](small))
        rows[INT8_FILE].append(run["int8"](upstream))
        rows[INT8_PREPARED].append(run["int8"](ours))
        rows[SHIPPED].append(run["int8"](small))
    return {path: np.stack(values) for path, values in rows.items()}


def compare(
    path: str, found: Scores, wanted: Scores, unsafe: list[int], thresholds: Thresholds
) -> Row:
    """Compare two sets of probabilities of shape (pictures, classes)."""
    change = np.abs(found - wanted)
    ours, theirs = found[:, unsafe].sum(axis=1), wanted[:, unsafe].sum(axis=1)
    limits = thresholds.model_dump(exclude_unset=True)
    return Row(
        path=path,
        pictures=len(found),
        top1=float((found.argmax(axis=1) == wanted.argmax(axis=1)).mean()),
        mean=float(change.mean()),
        p99=float(np.percentile(change.max(axis=1), 99)),
        worst=float(change.max()),
        score=float(np.abs(ours - theirs).max()),
        decisions={
            limit: int(((ours >= value) != (theirs >= value)).sum())
            for limit, value in limits.items()
        },
    )


def table(rows: Iterable[Row]) -> str:
    """Write rows as a Markdown table."""
    names = (
        "path",
        "pictures",
        "first class the same",
        "mean change",
        "p99",
        "max",
        "max of the score",
    )
    lines = [f"| {' | '.join(names)} | changed sides of |", "|---" * (len(names) + 1) + "|"]
    for row in rows:
        changed = ", ".join(f"{limit} {count}" for limit, count in row.decisions.items())
        lines.append(
            f"| {row.path} | {row.pictures} | {row.top1:.2%} | {row.mean:.5f} | {row.p99:.4f} "
            f"| {row.worst:.4f} | {row.score:.4f} | {changed} |"
        )
    return "\n".join(lines)


def decoded(file: Path, *, scale: bool) -> NDArray[np.uint8]:
    """Decode a picture to RGB (height, width, 3), if asked scaled where its format can."""
    with Image.open(file) as image:
        if scale:
            image.draft("RGB", (SHORT_SIDE, SHORT_SIDE))
        return np.asarray(image.convert("RGB"))
