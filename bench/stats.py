"""Figures of several rounds, and what they are held against.

Rules:
- A figure is the median of its rounds; the smallest is kept beside it, because on a shared machine
  noise only ever adds.
- A percentile is a value that was measured (nearest rank), never one between two.
- An aim is a bound on one figure. Where it is missed, the report says by how much.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Rounds:
    """One figure, measured several times.

    Attributes:
        values: One a round, in the order of measuring.
    """

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Rounds":
        """Keep the values.

        Raises:
            ValueError: When there are none.
        """
        kept = tuple(values)
        if not kept:
            raise ValueError("no rounds were measured")
        return cls(kept)

    @property
    def median(self) -> float:
        """The middle value."""
        return float(median(self.values))

    @property
    def least(self) -> float:
        """The smallest value."""
        return min(self.values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest measured value that at least `percent` % of all do not exceed.

    Raises:
        ValueError: When there are no values or `percent` is not in 0..100.
    """
    if not values or not 0 <= percent <= 100:
        raise ValueError("a percentile needs values and a share in 0..100")
    rank = max(1, math.ceil(len(values) * percent / 100))
    return sorted(values)[rank - 1]


def ratio(value: float, base: float) -> float:
    """Return `value / base`; not a number when there is nothing to compare with."""
    return value / base if base else math.nan


@dataclass(frozen=True, slots=True)
class Aim:
    """One bound and what was measured.

    Attributes:
        name: What is bounded.
        bound: The bound.
        measured: The figure, or `None` when it could not be measured.
        unit: Its unit, as it stands behind a number.
        at_least: Whether the bound is a lower one.
    """

    name: str
    bound: float
    measured: float | None
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the bound is kept; `None` when nothing was measured."""
        if self.measured is None or math.isnan(self.measured):
            return None
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    @property
    def missed_by(self) -> float:
        """How far the figure is on the wrong side of the bound, in percent of the bound."""
        if self.met is not False or self.measured is None:
            return 0.0
        return abs(self.measured - self.bound) / self.bound * 100

    @property
    def outcome(self) -> str:
        """`met`, `missed by N %` or `not measured`."""
        if self.met is None:
            return "not measured"
        return "met" if self.met else f"missed by {max(1, round(self.missed_by))} %"
