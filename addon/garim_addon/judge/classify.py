"""The classifier cascade: a cheap first opinion on every frame, a second where the first is unsure.

Rules:
- Raw scores only. Thresholds are applied elsewhere, so that policy and zones can move them while
  the scores stay in the cache. The gate is the one exception: it is the lowest first score for
  which a second opinion is asked at all, and no policy can put its `low` threshold under it.
- A frame with transparency has two views (over white and over black); the worse one counts.
- A second stage alone is an error: it was never meant to see everything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from garim_addon.judge.config import WorkerConfig
from garim_addon.verdict import Score
from garim_models.errors import ModelError
from garim_models.loader import load
from garim_models.manifest import Manifest, available

Views = Sequence[NDArray[np.uint8]]


class Model(Protocol):
    """What the cascade needs of a loaded model (`garim_models.model.Model`)."""

    @property
    def manifest(self) -> Manifest:
        """What the model says of itself."""

    def unsafe(self, views: Views) -> list[float]:
        """Probability of unsafe content for each view."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """The loaded stages.

    Attributes:
        first: Stage 1.
        second: Stage 2, or `None` when policy runs one stage only.
    """

    first: Model
    second: Model | None = None

    @property
    def versions(self) -> tuple[str, ...]:
        """Name, version and running variant of each stage; part of the cache's epoch."""
        return tuple(_label(m) for m in (self.first, self.second) if m is not None)

    def scores(self, views: Views, frame: int, steps: dict[str, float]) -> list[Score]:
        """Score one frame.

        Args:
            views: One or two RGB arrays (H, W, 3).
            frame: The frame's index, copied into the scores.
            steps: Milliseconds a stage are added to it.

        Returns:
            One score, or two where stage 1 reached the gate.
        """
        found = [_timed(self.first, views, frame, steps)]
        if self.second is not None and found[0].value >= self.first.manifest.thresholds.gate:
            found.append(_timed(self.second, views, frame, steps))
        return found


def load_cascade(
    config: WorkerConfig,
    list_models: Callable[[Path | None], list[Manifest]] = available,
) -> Cascade | None:
    """Load the stages that `config` names; `None` when it names none (lists only).

    Raises:
        ModelError: When a stage has no model, or a model is missing, changed or unloadable.
    """
    if not config.stages:
        return None
    if 1 not in config.stages:
        raise ModelError("Classifier stage 2 cannot run without stage 1; enable stage 1 as well.")
    manifests = list_models(config.models)
    loaded = {stage: _load_stage(stage, manifests, config) for stage in sorted(config.stages)}
    return Cascade(loaded[1], loaded.get(2))


def _load_stage(stage: int, manifests: list[Manifest], config: WorkerConfig) -> Model:
    named = [m.name for m in manifests if m.stage == stage]
    if not named:
        raise ModelError("No model for classifier stage {stage} was found.", stage=stage)
    variant = config.variants.get(named[0], "int8")
    return load(named[0], directory=config.models, variant=variant)


def _timed(model: Model, views: Views, frame: int, steps: dict[str, float]) -> Score:
    began = perf_counter()
    value = min(1.0, max(0.0, *model.unsafe(views)))
    manifest = model.manifest
    name = f"stage{manifest.stage}"
    steps[name] = steps.get(name, 0.0) + (perf_counter() - began) * 1000
    return Score(manifest.name, manifest.version, manifest.stage, round(value, 5), frame)


def _label(model: Model) -> str:
    variant = getattr(model, "variant", "int8")
    return f"{model.manifest.name}/{model.manifest.version}/{variant}"
