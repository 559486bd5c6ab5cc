"""What was measured, as tables for the manifest and for docs/models-fidelity.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from models.build import fidelity
from models.build.fetch import pinned
from models.build.fidelity import Row, Scores
from models.build.publish import Plain
from models.build.recipes import Recipe

INTRODUCTION = """# Fidelity of the shipped models

Made by `make models` (models/build/build.py); do not edit.

Every figure compares with the original float model on the full-size picture, prepared as its own
package does. The pictures are ordinary ones: wallpapers, icons, photographs of animals, food, tools
and hands. **No unsafe picture was used, so nothing here says how many unsafe pictures are found.**

"Change" is the absolute change of a class's probability; p99 and max are taken over pictures, of
the class that changed most. "Changed sides of" counts the pictures whose score crossed a threshold.
"""

GATES = (0.02, 0.05, 0.1)
LOWS = (0.1, 0.25, 0.4)
HIGHS = (0.9, 0.95, 0.98)
AGREES = (0.4, 0.5, 0.6, 0.8)


@dataclass(frozen=True)
class Measured:
    """One model's measurement.

    Attributes:
        recipe: The model.
        calibration: How many pictures calibrated it.
        found: Probabilities by path, shape (pictures, classes).
        sizes: Bytes of each serialized model.
    """

    recipe: Recipe
    calibration: int
    found: Mapping[str, Scores]
    sizes: Mapping[str, int]

    @property
    def columns(self) -> list[int]:
        """Columns of the unsafe classes."""
        return [self.recipe.classes.index(name) for name in self.recipe.unsafe]

    def unsafe(self, path: str) -> Scores:
        """Unsafe scores of all pictures along one path."""
        return np.asarray(self.found[path][:, self.columns].sum(axis=1), np.float32)

    def row(self, path: str) -> Row:
        """Compare one path with the original; int8 alone is compared on the same tensor."""
        base = fidelity.BASES.get(path, fidelity.ORIGINAL)
        return fidelity.compare(
            path, self.found[path], self.found[base], self.columns, self.recipe.thresholds
        )

    @property
    def rows(self) -> list[Row]:
        """All lines of the table."""
        return [self.row(path) for path in fidelity.PATHS]

    def tables(self) -> dict[str, dict[str, Plain]]:
        """Tables `calibration` and `fidelity` of the manifest."""
        same, used = self.row(fidelity.INT8_FILE), self.row(fidelity.SHIPPED)
        values: dict[str, Plain] = {"pictures": same.pictures}
        for prefix, row in (("int8", same), ("in_use", used)):
            figures = {"top1": row.top1, "mean": row.mean, "p99": row.p99, "max": row.worst}
            values |= {f"{prefix}_{key}": round(value, 5) for key, value in figures.items()}
            values |= {f"{prefix}_changed_{key}": count for key, count in row.decisions.items()}
        calibration: dict[str, Plain] = {
            "pictures": self.calibration,
            "method": "minmax",
            "weights": self.recipe.method.name,
            "activations": "per tensor, u8",
        }
        return {"calibration": calibration, "fidelity": values}


def render(measured: Sequence[Measured], counts: Mapping[str, int]) -> str:
    """Write the whole page."""
    parts = [INTRODUCTION]
    for one in measured:
        sizes = ", ".join(f"{key} {size / 1e6:.1f} MB" for key, size in one.sizes.items())
        parts.append(f"## {one.recipe.name}: {one.recipe.title}\n\n{sizes}\n\n")
        parts.append(fidelity.table(one.rows) + "\n\n")
    first, second = measured
    parts.append("## False positives of the cascade\n\n" + cascade(first, second) + "\n\n")
    parts.append("## Pictures\n\n" + sources(counts) + "\n")
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def blocked(first: Scores, second: Scores, *, low: float, high: float, agree: float) -> int:
    """How many pictures the cascade blocks, given both scores of each."""
    sure = first >= high
    both = (first >= low) & (second >= agree)
    return int((sure | both).sum())


def cascade(first: Measured, second: Measured) -> str:
    """Table of ordinary pictures that the cascade would block, original and shipped."""
    lines = [
        "| low | high | agree | blocked: original | blocked: as in use |",
        "|---|---|---|---|---|",
    ]
    pairs = {
        path: (first.unsafe(path), second.unsafe(path))
        for path in (fidelity.ORIGINAL, fidelity.SHIPPED)
    }
    for low in LOWS:
        for high in HIGHS:
            for agree in AGREES:
                cells = [
                    str(blocked(one, two, low=low, high=high, agree=agree))
                    for one, two in pairs.values()
                ]
                lines.append(f"| {low} | {high} | {agree} | {' | '.join(cells)} |")
    asked = pairs[fidelity.SHIPPED][0]
    gates = [f"gate {gate}: {(asked >= gate).mean():.1%}" for gate in GATES]
    return "\n".join(lines) + f"\n\nSecond stage asked, {len(asked)} pictures: {', '.join(gates)}."


def sources(counts: Mapping[str, int]) -> str:
    """Table of the packages that the pictures come from."""
    lines = ["| package | version | pictures | licence |", "|---|---|---|---|"]
    for package in pinned("pictures"):
        number = counts[package.package]
        lines.append(f"| {package.package} | {package.version} | {number} | {package.licence} |")
    return "\n".join(lines)
