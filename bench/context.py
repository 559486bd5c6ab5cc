"""What every part of the bench gets: where things are, how long to measure, whom to tell."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.stats import Rounds

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = tuple(str(ROOT / name) for name in ("feed", "models", "addon", "agent"))
FIXTURE = ROOT / "models" / "garim_models" / "testmedia" / "classifier.png"
"""The abstract picture that the classifiers condemn (docs/model-card.md)."""

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
}


class SkippedError(Exception):
    """A part cannot run here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Context:
    """One run of the bench.

    Attributes:
        cache: Folder for made pictures and installed peers.
        quick: Whether this is a trial: few rounds, short loads, figures not worth keeping.
        tell: Says on the terminal what is going on.
    """

    cache: Path
    quick: bool
    tell: Callable[[str], None]

    @property
    def rounds(self) -> int:
        """Alternating rounds that are measured."""
        return 2 if self.quick else 5

    @property
    def pictures(self) -> Path:
        """Folder of made pictures."""
        return self.cache / "pictures"

    def seconds(self, full: float) -> float:
        """Return how long a load lasts."""
        return max(1.0, full / 4) if self.quick else full


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that runs this checkout, installed or not."""
    return dict(os.environ) | {"PYTHONPATH": os.pathsep.join(PACKAGES)} | more


def tool(name: str) -> str:
    """Find a program.

    Raises:
        SkippedError: When it is not installed.
    """
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        raise SkippedError(f"{name} is not installed (installer/packages.sh bench)")
    return found


def script(name: str) -> str:
    """Find a program that is installed beside this Python.

    Raises:
        SkippedError: When it is not.
    """
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise SkippedError(f"{name} is not beside {sys.executable}")
    return str(path)


def rotated[T](items: list[T], round_: int) -> list[T]:
    """Return the items with another one first in each round, so that none is always first."""
    shift = round_ % len(items) if items else 0
    return items[shift:] + items[:shift]


def collected(rows: dict[str, list[float]]) -> dict[str, Rounds]:
    """Close the lists of measured values."""
    return {name: Rounds.of(values) for name, values in rows.items()}
