"""The values that a judgement is made of: findings, inspection, verdict. Plain, frozen, no I/O.

Rules:
- An `Inspection` is what an inspector process saw in one media. It holds raw scores and distances,
  never a threshold's outcome, so that it can be cached while policy and zones change.
- An `Inspection` comes from a process that parsed hostile bytes: `from_json` trusts nothing in it.
- A failed inspection has a `FailureCause`; it is never an "allow" and never cached.
- A `Verdict` is an inspection seen through thresholds (`judge.confirm`).
"""

import json
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_FINDINGS = 256
"""More findings than frames x detectors could give are a broken or hostile answer."""


class FailureCause(StrEnum):
    """Why a media could not be judged; policy's fail matrix has a column for each."""

    TIMEOUT = "timeout"
    CRASH = "crash"
    TOO_LARGE = "too-large"
    UNDECODABLE = "undecodable"
    PARTIAL = "partial"
    OVERLOADED = "overloaded"
    MODEL_MISSING = "model-missing"
    LIST_STALE = "list-stale"
    INTERNAL = "internal"


class Outcome(StrEnum):
    """What a verdict says."""

    ALLOW = "allow"
    BLOCK = "block"
    UNCONFIRMED = "unconfirmed"


class Reason(StrEnum):
    """Which rule of `judge.confirm` led to the outcome."""

    NOTHING_FOUND = "nothing-found"
    TOO_SMALL = "too-small"
    LISTED_ADDRESS = "listed-address"
    LISTED_DIGEST = "listed-digest"
    LISTED_PICTURE = "listed-picture"
    LISTED_PICTURE_UNCONFIRMED = "listed-picture-unconfirmed"
    CLASSIFIER_SURE = "classifier-sure"
    CLASSIFIERS_AGREE = "classifiers-agree"
    CLASSIFIERS_DISAGREE = "classifiers-disagree"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ListMatch:
    """One entry of one list that a sample matched.

    Attributes:
        list: Name of the list.
        entry: Opaque entry id.
        version: Version of the list.
        category: The list's category (`ncii`, `illegal`, `adult`, `test`, ...).
        kind: `host`, `address`, `digest` or `image`.
        distance: Hamming distance in bits for `image`, 0 for exact kinds.
        quality: PDQ quality of the sample, 0..100 (100 for exact kinds).
        tight: Whether distance and quality are inside the entry's tight bound.
        frame: Index of the sampled frame.
    """

    list: str
    entry: str
    version: str
    category: str
    kind: str
    distance: int = 0
    quality: int = 100
    tight: bool = True
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What one classifier said of one frame.

    Attributes:
        model: Model name from its manifest.
        version: Model version.
        stage: 1 for the first opinion, 2 for the second.
        value: Probability of unsafe content, 0..1.
        frame: Index of the sampled frame.
    """

    model: str
    version: str
    stage: int
    value: float
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an inspector found in one media.

    Attributes:
        kind: `image`, `animation` or `unknown`.
        format: File format read from the first bytes, lower case, `""` when unknown.
        width: Width in pixels as shown (after EXIF orientation).
        height: Height in pixels as shown.
        frames: Frames in the file (1 for a still picture).
        sha256: SHA-256 of the decoded body in hex.
        pdq: PDQ of the first judged frame, 64 hex digits, or `""`.
        quality: PDQ quality 0..100.
        matches: List matches of all samples.
        scores: Classifier scores of all samples.
        skipped: Why nothing was judged (`too-small`), or `""`.
        failure: Why it failed, or `None`.
        detail: One sentence for the log, without user data.
        steps: Milliseconds a step (`decode`, `hash`, `match`, `stage1`, `stage2`, ...).
    """

    kind: str = "unknown"
    format: str = ""
    width: int = 0
    height: int = 0
    frames: int = 0
    sha256: str = ""
    pdq: str = ""
    quality: int = 0
    matches: tuple[ListMatch, ...] = ()
    scores: tuple[Score, ...] = ()
    skipped: str = ""
    failure: FailureCause | None = None
    detail: str = ""
    steps: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """Serialize; `from_json` reads it back unchanged."""
        fields = {name: getattr(self, name) for name in _PLAIN}
        fields["matches"] = [{n: getattr(m, n) for n in ListMatch.__slots__} for m in self.matches]
        fields["scores"] = [{n: getattr(s, n) for n in Score.__slots__} for s in self.scores]
        fields["failure"] = self.failure
        fields["steps"] = self.steps
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> "Inspection":
        """Read an inspection that came from an inspector process or the cache.

        Raises:
            ValueError: When anything in it is missing, of the wrong type or out of range.
        """
        try:
            raw = json.loads(text)
        except RecursionError:
            raise ValueError("inspection: nested too deeply") from None
        if not isinstance(raw, dict):
            raise ValueError("inspection: not an object")
        values: dict[str, Any] = {n: _checked(raw.get(n), kind, n) for n, kind in _PLAIN.items()}
        matches, scores = raw.get("matches", []), raw.get("scores", [])
        if not isinstance(matches, list) or not isinstance(scores, list):
            raise ValueError("inspection: findings are not lists")
        if len(matches) > MAX_FINDINGS or len(scores) > MAX_FINDINGS:
            raise ValueError("inspection: too many findings")
        return cls(
            **values,
            matches=tuple(ListMatch(**_fields(m, _MATCH)) for m in matches),
            scores=tuple(_score(s) for s in scores),
            failure=None if raw.get("failure") is None else FailureCause(raw["failure"]),
            steps=_steps(raw.get("steps", {})),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """An inspection seen through thresholds: what is decided, by which rule, on which findings.

    Attributes:
        outcome: Allow, block or unconfirmed.
        reason: The rule that decided.
        match: The list match that decided, if one did.
        inspection: Everything that was found.
        failure: Why nothing could be decided, or `None`.
    """

    outcome: Outcome
    reason: Reason
    inspection: Inspection
    match: ListMatch | None = None
    failure: FailureCause | None = None

    @property
    def listed(self) -> bool:
        """Whether a list decided it (then it is never blurred, only covered)."""
        return self.match is not None


_PLAIN: dict[str, type] = {
    "kind": str,
    "format": str,
    "width": int,
    "height": int,
    "frames": int,
    "sha256": str,
    "pdq": str,
    "quality": int,
    "skipped": str,
    "detail": str,
}
_MATCH: dict[str, type] = {
    "list": str,
    "entry": str,
    "version": str,
    "category": str,
    "kind": str,
    "distance": int,
    "quality": int,
    "tight": bool,
    "frame": int,
}
_SCORE: dict[str, type] = {"model": str, "version": str, "stage": int, "value": float, "frame": int}
_MAX_TEXT = 512


def _checked(value: object, kind: type, name: str) -> Any:  # noqa: ANN401 - the caller names the type
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"inspection: {name} is not {kind.__name__}")
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        raise ValueError(f"inspection: {name} is too long")
    if isinstance(value, int) and not 0 <= value < 1 << 31:
        raise ValueError(f"inspection: {name} is out of range")
    return value


def _fields(raw: object, kinds: dict[str, type]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ValueError("inspection: a finding is not an object")
    return {name: _checked(raw.get(name), kind, name) for name, kind in kinds.items()}


def _score(raw: object) -> Score:
    score = Score(**_fields(raw, _SCORE))
    if not 0.0 <= score.value <= 1.0:
        raise ValueError("inspection: a score is not a probability")
    return score


def _steps(raw: object) -> dict[str, float]:
    if not isinstance(raw, dict) or len(raw) > 32:
        raise ValueError("inspection: steps are not a small object")
    steps = {str(name)[:32]: _checked(ms, float, "steps") for name, ms in raw.items()}
    if not all(math.isfinite(ms) and ms >= 0 for ms in steps.values()):
        raise ValueError("inspection: a step is not a duration")
    return steps
