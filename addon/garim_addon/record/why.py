"""One decision in words: findings, thresholds, versions, times, and what to do if it is wrong.

Rules:
- Everything said comes from the entry itself: nothing is looked up, so that an old event is
  explained by what was in force then.
- Each line is one sentence in the language in force; no line shows a SHA-256, a PDQ or a picture.
- The official test list says that it is a test.
"""

from collections.abc import Iterator
from datetime import datetime

from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import EXACT_KINDS, Thresholds
from garim_addon.record.entry import Entry, Event
from garim_addon.record.sentences import CAUSES, DONE, MATCHED, REASONS, REPORTED
from garim_addon.text import _
from garim_addon.verdict import Inspection, ListMatch, Reason, Score, Verdict

MAX_MATCHES = 5
_CLASSIFIER = {Reason.CLASSIFIER_SURE, Reason.CLASSIFIERS_AGREE}


def explain(entry: Entry) -> list[str]:
    """Return the lines that explain one event of the log."""
    return [*_heading(entry), *_body(entry)]


def explain_judgement(
    inspection: Inspection,
    verdict: Verdict,
    decision: Decision,
    thresholds: Thresholds | None = None,
    versions: dict[str, str] | None = None,
    *,
    cached: bool = False,
) -> list[str]:
    """Return the lines that explain a judgement that is in no log (`garim check`).

    Args:
        inspection: What was found.
        verdict: The verdict on it.
        decision: What policy does about it.
        thresholds: The thresholds in force.
        versions: Name -> version of models, lists and policy.
        cached: Whether the inspection came from the cache.
    """
    waited = sum(inspection.steps.values())
    event = Event(
        ident="",
        time=0.0,
        direction=Direction.DOWNLOAD,
        address="",
        host="",
        mime="",
        size=0,
        verdict=verdict,
        decision=decision,
        thresholds=thresholds,
        versions=versions or {},
        cached=cached,
        waited=waited,
    )
    return list(_body(Entry.of(event)))


def _heading(entry: Entry) -> Iterator[str]:
    when = datetime.fromtimestamp(entry.time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if entry.direction is Direction.UPLOAD:
        yield _("Event {ident}, {when}, sent from this machine.", ident=entry.ident, when=when)
    else:
        yield _("Event {ident}, {when}, received by this machine.", ident=entry.ident, when=when)
    if entry.address:
        yield _("Address: {address}", address=entry.address)


def _body(entry: Entry) -> Iterator[str]:
    yield _done(entry)
    yield _(REASONS[entry.reason])
    if entry.failure is not None:
        yield _(CAUSES[entry.failure])
    if entry.inspection.detail:
        yield _("Detail: {detail}", detail=entry.inspection.detail)
    yield from _media(entry)
    yield from _matches(entry)
    yield from _scores(entry)
    if entry.versions:
        pairs = ", ".join(f"{name} {version}" for name, version in sorted(entry.versions.items()))
        yield _("Versions: {versions}.", versions=pairs)
    yield from _times(entry)
    yield from _advice(entry)


def _done(entry: Entry) -> str:
    if entry.report and entry.wanted.changes:
        return _(REPORTED[entry.wanted])
    if entry.report:
        return _(DONE[Action.REPORT])
    if entry.action is Action.REFUSE and entry.direction is Direction.UPLOAD:
        return _("It was not sent.")
    return _(DONE[entry.action])


def _media(entry: Entry) -> Iterator[str]:
    seen = entry.inspection
    if not seen.format:
        return
    facts = {"format": seen.format.upper(), "width": seen.width, "height": seen.height}
    if seen.frames > 1:
        yield _(
            "Picture: {format}, {width} x {height} pixels, {frames} frames.",
            frames=seen.frames,
            **facts,
        )
    else:
        yield _("Picture: {format}, {width} x {height} pixels.", **facts)


def _matches(entry: Entry) -> Iterator[str]:
    matches = sorted(entry.inspection.matches, key=lambda m: (m != entry.match, m.distance))
    for match in matches[:MAX_MATCHES]:
        yield _match(match)
    if len(matches) > MAX_MATCHES:
        yield _("... and {count} more list matches.", count=len(matches) - MAX_MATCHES)


def _match(match: ListMatch) -> str:
    facts = {"list": match.list, "version": match.version, "entry": match.entry}
    if match.kind in EXACT_KINDS:
        kind = _(MATCHED[match.kind])
        return _(
            'List "{list}" (version {version}), entry {entry}: {kind}, exactly.', kind=kind, **facts
        )
    facts |= {"distance": str(match.distance), "quality": str(match.quality)}
    if match.kind == "video":
        return _(
            'List "{list}" (version {version}), entry {entry}: the frame at {time} s of a video, '
            "{distance} of 256 bits apart at quality {quality}.",
            time=f"{match.time / 1000:.1f}",
            **facts,
        )
    if match.tight:
        return _(
            'List "{list}" (version {version}), entry {entry}: the picture, {distance} of 256 bits '
            "apart at quality {quality}; that is close enough alone.",
            **facts,
        )
    return _(
        'List "{list}" (version {version}), entry {entry}: the picture, {distance} of 256 bits '
        "apart at quality {quality}; that needs a second confirmation.",
        **facts,
    )


def _scores(entry: Entry) -> Iterator[str]:
    worst: dict[int, Score] = {}
    for score in entry.inspection.scores:
        if score.stage not in worst or score.value > worst[score.stage].value:
            worst[score.stage] = score
    for stage, score in sorted(worst.items()):
        yield _(
            "Classifier stage {stage} ({model} {version}): {value}.",
            stage=stage,
            model=score.model,
            version=score.version,
            value=f"{score.value:.3f}",
        )
    limits = entry.thresholds
    if worst and limits is not None:
        yield _(
            "Thresholds: clear below {low}, blocked from {high}, in between if stage 2 reaches "
            "{agree}.",
            low=f"{limits.low:.3f}",
            high=f"{limits.high:.3f}",
            agree=f"{limits.agree:.3f}",
        )


def _times(entry: Entry) -> Iterator[str]:
    total = f"{entry.waited:.1f}"
    steps = ", ".join(f"{name} {ms:.1f}" for name, ms in entry.inspection.steps.items())
    if entry.cached:
        yield _("Time: {total} ms; it had been judged before.", total=total)
    elif steps:
        yield _("Time: {total} ms ({steps}).", total=total, steps=steps)


def _advice(entry: Entry) -> Iterator[str]:
    """Say what to do about a wrong block; nothing is said of what was not to be blocked."""
    if not entry.wanted.changes:
        return
    match = entry.match
    if match is not None and match.category == "test":
        yield _("This is the official harmless test; it shows that blocking works.")
    elif match is not None:
        yield _(
            'If this is wrong: tell the keepers of the list "{list}" its entry {entry}; a '
            "corrected list arrives by itself.",
            list=match.list,
            entry=match.entry,
        )
    elif entry.reason in _CLASSIFIER:
        yield _(
            "If this is wrong: add the site to zones.trusted or hosts.exempt in the policy file, "
            "or raise classifier.high there."
        )
    elif entry.failure is not None:
        yield _(
            "If this happens often: run `garim doctor`; the policy file's [fail] tables say what "
            "is done then."
        )
