"""Where scores become decisions: the models' manifests, policy's overrides, a zone's shift.

Rules:
- Policy's figure stands before the manifest's; the zone moves either by a bounded amount.
- `gate <= low <= high`: below the gate no second opinion was asked, so none can be demanded there.
- No zone lifts a threshold above `CEILING`: a trusted site cannot switch the classifier off.
- A disabled classifier is thresholds that no score reaches.
"""

import math
from dataclasses import dataclass

from garim_addon.judge.confirm import Thresholds

MAX_SHIFT = 0.15
"""The most that a zone may move a threshold, either way."""

CEILING = 0.98
OFF = Thresholds(low=math.inf, high=math.inf, agree=math.inf)


@dataclass(frozen=True, slots=True)
class ModelDefaults:
    """Thresholds that the models' manifests recommend, all in 0..1.

    Attributes:
        low: Stage 1, below it a frame is clear.
        high: Stage 1, from it on a frame is condemned alone.
        agree: Stage 2, from it on the second opinion agrees.
        gate: Stage 1, from it on the inspector asks stage 2 at all.
    """

    low: float
    high: float
    agree: float
    gate: float = 0.0


def settle(
    defaults: ModelDefaults,
    *,
    low: float | None = None,
    high: float | None = None,
    agree: float | None = None,
    shift: float = 0.0,
) -> Thresholds:
    """Combine the three sources by the rules above.

    Args:
        defaults: From the manifests.
        low: Policy's override, or `None`.
        high: Policy's override, or `None`.
        agree: Policy's override, or `None`.
        shift: The zone's word; positive is lenient. It is cut to +-`MAX_SHIFT`; what is not a
            number counts as 0.
    """
    shift = max(-MAX_SHIFT, min(MAX_SHIFT, shift)) if math.isfinite(shift) else 0.0
    top = _moved(defaults.high if high is None else high, shift)
    bottom = _moved(defaults.low if low is None else low, shift)
    bottom = max(defaults.gate, bottom)
    return Thresholds(
        low=bottom,
        high=max(bottom, top),
        agree=_moved(defaults.agree if agree is None else agree, shift),
    )


def _moved(value: float, shift: float) -> float:
    return max(0.0, min(value + shift, max(value, CEILING)))
