"""The two-confirmation rules as truth tables."""

import pytest

from garim_addon.judge.confirm import Thresholds, confirm
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Outcome, Reason, Score

T = Thresholds(low=0.3, high=0.9, agree=0.6)
EXACT = ListMatch("test", "e", "1", "test", "digest")
HOST = ListMatch("test", "h", "1", "test", "host")
TIGHT = ListMatch("test", "p", "1", "test", "image", 10, 100, True)
WIDE = ListMatch("test", "w", "1", "test", "image", 25, 100, False)


def scores(*pairs):
    """One (stage 1, stage 2 or None) pair a frame."""
    out = []
    for frame, (first, second) in enumerate(pairs):
        out.append(Score("a", "1", 1, first, frame))
        if second is not None:
            out.append(Score("b", "1", 2, second, frame))
    return tuple(out)


@pytest.mark.parametrize(
    ("first", "second", "outcome", "reason"),
    [
        (0.0, None, Outcome.ALLOW, Reason.NOTHING_FOUND),
        (0.29, 1.0, Outcome.ALLOW, Reason.NOTHING_FOUND),
        (0.3, 0.6, Outcome.BLOCK, Reason.CLASSIFIERS_AGREE),
        (0.3, 0.59, Outcome.UNCONFIRMED, Reason.CLASSIFIERS_DISAGREE),
        (0.5, None, Outcome.UNCONFIRMED, Reason.CLASSIFIERS_DISAGREE),
        (0.89, 1.0, Outcome.BLOCK, Reason.CLASSIFIERS_AGREE),
        (0.9, 0.0, Outcome.BLOCK, Reason.CLASSIFIER_SURE),
        (0.9, None, Outcome.BLOCK, Reason.CLASSIFIER_SURE),
        (1.0, 1.0, Outcome.BLOCK, Reason.CLASSIFIER_SURE),
    ],
)
def test_cascade(first, second, outcome, reason):
    verdict = confirm(Inspection(scores=scores((first, second))), T)
    assert (verdict.outcome, verdict.reason, verdict.listed) == (outcome, reason, False)


@pytest.mark.parametrize(
    ("frames", "outcome"),
    [
        (((0.0, None), (0.0, None), (0.95, None)), Outcome.BLOCK),
        (((0.5, 0.1), (0.0, None), (0.5, 0.7)), Outcome.BLOCK),
        (((0.5, 0.1), (0.1, 0.9)), Outcome.UNCONFIRMED),
        (((0.1, 0.9), (0.2, 0.9)), Outcome.ALLOW),
    ],
)
def test_each_frame_is_decided_by_its_own_scores(frames, outcome):
    assert confirm(Inspection(scores=scores(*frames)), T).outcome is outcome


@pytest.mark.parametrize(
    ("matches", "pairs", "outcome", "reason"),
    [
        ((EXACT,), (), Outcome.BLOCK, Reason.LISTED_DIGEST),
        ((HOST,), (), Outcome.BLOCK, Reason.LISTED_ADDRESS),
        ((TIGHT,), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_PICTURE),
        ((WIDE, TIGHT), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_PICTURE),
        ((WIDE,), ((0.0, None),), Outcome.UNCONFIRMED, Reason.LISTED_PICTURE_UNCONFIRMED),
        ((WIDE,), (), Outcome.UNCONFIRMED, Reason.LISTED_PICTURE_UNCONFIRMED),
        ((WIDE,), ((0.3, 0.0),), Outcome.BLOCK, Reason.LISTED_PICTURE),
        ((WIDE,), ((0.1, 0.7),), Outcome.BLOCK, Reason.LISTED_PICTURE),
        (
            (WIDE,),
            ((0.0, None), (0.5, 0.1)),
            Outcome.UNCONFIRMED,
            Reason.LISTED_PICTURE_UNCONFIRMED,
        ),
        ((WIDE,), ((0.0, None), (0.95, None)), Outcome.BLOCK, Reason.CLASSIFIER_SURE),
        ((WIDE, EXACT), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_DIGEST),
    ],
)
def test_lists(matches, pairs, outcome, reason):
    verdict = confirm(Inspection(matches=matches, scores=scores(*pairs)), T)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_closest_match_is_named():
    far = ListMatch("test", "far", "1", "test", "image", 14, 100, True)
    assert confirm(Inspection(matches=(WIDE, far, TIGHT)), T).match == TIGHT


TORRENT = ListMatch("test", "t", "1", "test", "torrent")
FRAME = ListMatch("test", "f", "1", "test", "video", 8, 100, time=4000)
WIDE_FRAME = ListMatch("test", "v", "1", "test", "video", 25, 100, False)
ELSEWHERE = ListMatch("test", "w2", "1", "test", "image", 28, 100, False, 1)


@pytest.mark.parametrize(
    ("matches", "pairs", "outcome", "reason", "entry"),
    [
        ((TORRENT,), (), Outcome.BLOCK, Reason.LISTED_TORRENT, "t"),
        ((FRAME,), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_FRAME, "f"),
        ((FRAME, TIGHT), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_FRAME, "f"),
        ((WIDE_FRAME,), ((0.4, 0.0),), Outcome.BLOCK, Reason.LISTED_FRAME, "v"),
        (
            (WIDE_FRAME,),
            ((0.0, None),),
            Outcome.UNCONFIRMED,
            Reason.LISTED_PICTURE_UNCONFIRMED,
            "v",
        ),
        # A nearer match of an innocent frame does not hide one that is confirmed.
        ((WIDE, ELSEWHERE), ((0.0, None), (0.4, 0.0)), Outcome.BLOCK, Reason.LISTED_PICTURE, "w2"),
    ],
)
def test_torrents_and_frames_have_reasons_of_their_own(matches, pairs, outcome, reason, entry):
    verdict = confirm(Inspection(matches=matches, scores=scores(*pairs)), T)
    assert (verdict.outcome, verdict.reason, verdict.match.entry) == (outcome, reason, entry)


@pytest.mark.parametrize(
    ("held", "matches", "pairs", "outcome", "reason"),
    [
        ({"p"}, (TIGHT,), ((0.0, None),), Outcome.UNCONFIRMED, Reason.LISTED_QUARANTINED),
        ({"p"}, (TIGHT,), ((0.95, None),), Outcome.BLOCK, Reason.CLASSIFIER_SURE),
        ({"p"}, (TIGHT, FRAME), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_FRAME),
        (
            {"p"},
            (TIGHT, WIDE),
            ((0.0, None),),
            Outcome.UNCONFIRMED,
            Reason.LISTED_PICTURE_UNCONFIRMED,
        ),
        ({"p"}, (TIGHT, EXACT), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_DIGEST),
        ({"e"}, (EXACT,), (), Outcome.BLOCK, Reason.LISTED_DIGEST),
        ({"other"}, (TIGHT,), ((0.0, None),), Outcome.BLOCK, Reason.LISTED_PICTURE),
    ],
)
def test_an_entry_in_quarantine_blocks_nothing_by_itself(held, matches, pairs, outcome, reason):
    seen = Inspection(matches=matches, scores=scores(*pairs))
    verdict = confirm(seen, T, lambda match: match.entry in held)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize("cause", list(FailureCause))
def test_a_failure_is_never_an_allow(cause):
    verdict = confirm(Inspection(failure=cause), T)
    assert (verdict.outcome, verdict.reason, verdict.failure) == (
        Outcome.UNCONFIRMED,
        Reason.FAILED,
        cause,
    )


@pytest.mark.parametrize("cause", list(FailureCause))
def test_a_listed_digest_blocks_even_when_the_picture_cannot_be_decoded(cause):
    verdict = confirm(Inspection(matches=(EXACT,), failure=cause), T)
    assert verdict.outcome is Outcome.BLOCK


@pytest.mark.parametrize(
    ("skipped", "reason"), [("too-small", Reason.TOO_SMALL), ("vector", Reason.NOTHING_FOUND)]
)
def test_skipped_pictures_are_allowed(skipped, reason):
    verdict = confirm(Inspection(skipped=skipped), T)
    assert (verdict.outcome, verdict.reason) == (Outcome.ALLOW, reason)


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.5])
def test_a_zone_never_weakens_a_list_match(shift):
    lenient = Thresholds(T.low + shift, 1.0, T.agree)
    assert confirm(Inspection(matches=(TIGHT,)), lenient).outcome is Outcome.BLOCK
