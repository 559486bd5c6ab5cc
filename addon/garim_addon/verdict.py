"""The values that a judgement is made of: findings, inspection, verdict. Plain, frozen, no I/O.

Rules:
- An `Inspection` is what an inspector process saw in one media. It holds raw scores and distances,
  never a threshold's outcome, so that it can be cached while policy and zones change.
- An `Inspection` comes from a process that parsed hostile bytes: `from_json` trusts nothing in it.
- A failed inspection has a `FailureCause`; it is never an "allow" and never cached.
- A `Verdict` is an inspection seen through thresholds (`judge.confirm`).
"""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from garim_addon.checked import checked, durations, mapping

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
    LISTED_FRAME = "listed-frame"
    LISTED_TORRENT = "listed-torrent"
    LISTED_PICTURE_UNCONFIRMED = "listed-picture-unconfirmed"
    LISTED_QUARANTINED = "listed-quarantined"
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
        kind: `host`, `address`, `digest`, `torrent`, `image` or `video`.
        distance: Hamming distance in bits for `image` and `video`, 0 for exact kinds.
        quality: PDQ quality of the sample, 0..100 (100 for exact kinds).
        tight: Whether distance and quality are inside the entry's tight bound.
        frame: Index of the sampled frame.
        feed: Name of the feed that the list came by on this machine, or `""`.
        added: Day the entry was put on the list (ISO 8601), or `""`.
        time: Milliseconds from the listed video's start for `video`, else 0.
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
    feed: str = ""
    added: str = ""
    time: int = 0


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
        kind: `image`, `animation`, `torrent` or `unknown`.
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
        lists: Version of the lists that it was matched with, or `""` when none were asked.
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
    lists: str = ""
    steps: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """Serialize; `from_json` reads it back unchanged."""
        fields = {name: getattr(self, name) for name in _PLAIN}
        fields["matches"] = [{n: getattr(m, n) for n in ListMatch.__slots__} for m in self.matches]
        fields["scores"] = [{n: getattr(s, n) for n in Score.__slots__} for s in self.scores]
        fields["failure"] = self.failure
        fields["lists"] = self.lists
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
        values: dict[str, Any] = {n: checked(raw.get(n), kind, n) for n, kind in _PLAIN.items()}
        matches, scores = raw.get("matches", []), raw.get("scores", [])
        if not isinstance(matches, list) or not isinstance(scores, list):
            raise ValueError("inspection: findings are not lists")
        if len(matches) > MAX_FINDINGS or len(scores) > MAX_FINDINGS:
            raise ValueError("inspection: too many findings")
        return cls(
            **values,
            lists=checked(raw.get("lists", ""), str, "lists"),
            matches=tuple(_match(m) for m in matches),
            scores=tuple(_score(s) for s in scores),
            failure=None if raw.get("failure") is None else FailureCause(raw["failure"]),
            steps=durations(raw.get("steps", {})),
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
    **dict.fromkeys(("kind", "format", "sha256", "pdq", "skipped", "detail"), str),
    **dict.fromkeys(("width", "height", "frames", "quality"), int),
}
_MATCH: dict[str, type] = {
    **dict.fromkeys(("list", "entry", "version", "category", "kind"), str),
    **dict.fromkeys(("distance", "quality", "frame"), int),
    "tight": bool,
}
_MATCH_NEW: dict[str, object] = {"feed": "", "added": "", "time": 0}
"""Fields that findings kept by earlier versions lack, with what stands in for them."""
_SCORE: dict[str, type] = {"model": str, "version": str, "stage": int, "value": float, "frame": int}
_DAY = re.compile(r"(?:\d{4}-\d{2}-\d{2})?", re.ASCII)


def _match(raw: object) -> ListMatch:
    found = mapping(raw)
    values = {name: checked(found.get(name), kind, name) for name, kind in _MATCH.items()}
    for name, missing in _MATCH_NEW.items():
        values[name] = checked(found.get(name, missing), type(missing), name)
    if _DAY.fullmatch(values["added"]) is None:
        raise ValueError("inspection: added is not a day")
    return ListMatch(**values)


def _score(raw: object) -> Score:
    found = mapping(raw)
    score = Score(**{name: checked(found.get(name), kind, name) for name, kind in _SCORE.items()})
    if not 0.0 <= score.value <= 1.0:
        raise ValueError("inspection: a score is not a probability")
    return score
