"""Findings to a verdict: the two-confirmation rules, pure and complete.

Rules, first match wins:
- An exact match (address, digest or torrent) blocks.
- A perceptual match inside the entry's tight bound blocks; in the wide bound it blocks only when
  a second, independent signal confirms it (the classifier does not say "neutral" of the same
  frame); otherwise it is `unconfirmed`.
- A perceptual entry in quarantine (`judge.quarantine`) blocks nothing; a match of it is
  `unconfirmed`.
- A failed inspection decides nothing: the outcome is `unconfirmed` with its cause, and policy's
  fail matrix has the word.
- Stage 1 decides the clear cases: below `low` allows, from `high` on blocks. Between them stage 2
  must agree, else the verdict is `unconfirmed`. Each frame is decided by its own two scores.
- A list match never depends on a classifier threshold, so a zone cannot weaken a list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from garim_addon.verdict import Inspection, ListMatch, Outcome, Reason, Score, Verdict

TOO_SMALL = "too-small"
VECTOR = "vector"
TORRENT = "torrent"
"""Values of `Inspection.skipped`."""
EXACT_KINDS = frozenset({"host", "address", "digest", "torrent"})
_EXACT_REASONS = {
    "digest": Reason.LISTED_DIGEST,
    "torrent": Reason.LISTED_TORRENT,
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where scores become decisions, all in 0..1.

    Attributes:
        low: Stage-1 score below which a frame is clear.
        high: Stage-1 score from which a frame is condemned without a second opinion.
        agree: Stage-2 score from which the second opinion agrees.
    """

    low: float
    high: float
    agree: float


def _nothing(_match: ListMatch) -> bool:
    return False


def confirm(
    inspection: Inspection,
    thresholds: Thresholds,
    quarantined: Callable[[ListMatch], bool] = _nothing,
) -> Verdict:
    """Apply the rules above to what an inspector found.

    Args:
        inspection: What was found.
        thresholds: The classifier's thresholds.
        quarantined: Whether a perceptual match is of an entry in quarantine.
    """
    exact = _first(m for m in inspection.matches if m.kind in EXACT_KINDS)
    if exact is not None:
        reason = _EXACT_REASONS.get(exact.kind, Reason.LISTED_ADDRESS)
        return Verdict(Outcome.BLOCK, reason, inspection, match=exact)
    doubted = tuple(m for m in inspection.matches if quarantined(m))
    believed = [m for m in inspection.matches if m not in doubted]
    sure = _nearest(m for m in believed if m.tight or suspicious(inspection, m.frame, thresholds))
    if sure is not None:
        reason = Reason.LISTED_FRAME if sure.kind == "video" else Reason.LISTED_PICTURE
        return Verdict(Outcome.BLOCK, reason, inspection, match=sure)
    if inspection.failure is not None:
        return Verdict(Outcome.UNCONFIRMED, Reason.FAILED, inspection, failure=inspection.failure)
    outcome, reason = _classified(inspection.scores, thresholds)
    if outcome is Outcome.BLOCK:
        return Verdict(outcome, reason, inspection)
    if believed:
        return Verdict(
            Outcome.UNCONFIRMED,
            Reason.LISTED_PICTURE_UNCONFIRMED,
            inspection,
            match=_nearest(believed),
        )
    if doubted:
        return Verdict(
            Outcome.UNCONFIRMED, Reason.LISTED_QUARANTINED, inspection, match=_nearest(doubted)
        )
    if inspection.skipped == TOO_SMALL:
        return Verdict(Outcome.ALLOW, Reason.TOO_SMALL, inspection)
    return Verdict(outcome, reason, inspection)


def _first(matches: Iterable[ListMatch]) -> ListMatch | None:
    return next(iter(matches), None)


def _nearest(matches: Iterable[ListMatch]) -> ListMatch | None:
    return min(matches, key=lambda m: (not m.tight, m.distance), default=None)


def suspicious(inspection: Inspection, frame: int, thresholds: Thresholds) -> bool:
    """Whether a classifier of the matched frame says anything but "neutral"."""
    limits = {1: thresholds.low, 2: thresholds.agree}
    return any(s.frame == frame and s.value >= limits.get(s.stage, 1.0) for s in inspection.scores)


def _classified(scores: tuple[Score, ...], thresholds: Thresholds) -> tuple[Outcome, Reason]:
    """Decide by the classifier alone: the worst frame counts."""
    second = {s.frame: s.value for s in scores if s.stage == 2}
    disagreed = False
    for score in scores:
        if score.stage != 1 or score.value < thresholds.low:
            continue
        if score.value >= thresholds.high:
            return Outcome.BLOCK, Reason.CLASSIFIER_SURE
        if second.get(score.frame, 0.0) >= thresholds.agree:
            return Outcome.BLOCK, Reason.CLASSIFIERS_AGREE
        disagreed = True
    if disagreed:
        return Outcome.UNCONFIRMED, Reason.CLASSIFIERS_DISAGREE
    return Outcome.ALLOW, Reason.NOTHING_FOUND
