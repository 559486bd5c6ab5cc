"""Events for the tests of this folder."""

from garim_addon.decide.action import Action, Decision, Style
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import Thresholds
from garim_addon.record.entry import Event
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Outcome, Reason, Score, Verdict

SHA = "ab" * 32
PDQ = "cd" * 32
ADDRESS = "https://img.secret-site.example/private/picture.jpg?user=kim"
LIMITS = Thresholds(0.3, 0.9, 0.6)
HOST = "img.secret-site.example"
MATCH = ListMatch("test", "entry-1", "7", "test", "image", 4, 100, tight=True)
SCORES = (Score("mid", "1.0", 1, 0.5), Score("mid", "1.0", 1, 0.97, 1), Score("open", "2", 2, 0.8))


def inspection(**changes):
    facts = {
        "kind": "image",
        "format": "jpeg",
        "width": 640,
        "height": 480,
        "frames": 1,
        "sha256": SHA,
        "pdq": PDQ,
        "quality": 100,
        "scores": SCORES,
        "steps": {"decode": 3.0, "stage1": 7.5},
    }
    return Inspection(**(facts | changes))


def event(
    *,
    ident="7K3M9Q",
    time=1_000_000.0,
    address=ADDRESS,
    host=HOST,
    outcome=Outcome.BLOCK,
    reason=Reason.CLASSIFIER_SURE,
    match=None,
    failure=None,
    action=Action.REPLACE,
    wanted=None,
    report=False,
    direction=Direction.DOWNLOAD,
    thresholds=LIMITS,
    cached=False,
    **changes,
):
    if match is not None:
        changes.setdefault("matches", (match,))
    seen = inspection(**changes)
    decision = Decision(action, Style.CARD, report=report, wanted=wanted or action)
    return Event(
        ident=ident,
        time=time,
        direction=direction,
        address=address,
        host=host,
        mime="image/jpeg",
        size=12_345,
        verdict=Verdict(outcome, reason, seen, match=match, failure=failure),
        decision=decision,
        thresholds=thresholds,
        versions={"policy": "p1", "lists": "l7"},
        cached=cached,
        waited=12.25,
    )


def failed(cause=FailureCause.TIMEOUT, **changes):
    return event(
        outcome=Outcome.UNCONFIRMED, reason=Reason.FAILED, failure=cause, scores=(), **changes
    )
