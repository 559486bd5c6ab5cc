"""The explanation of every decision, in both languages."""

import pytest
import sample_events as sample

from garim_addon import text
from garim_addon.decide.action import Action
from garim_addon.exchange import Direction
from garim_addon.record.entry import Entry
from garim_addon.record.why import explain, explain_judgement
from garim_addon.verdict import FailureCause, ListMatch, Outcome, Reason

ADVICE = (
    "If this is wrong: add the site to zones.trusted or hosts.exempt in the policy file, or raise "
    "classifier.high there."
)


@pytest.fixture(autouse=True)
def _english():
    text.set_language("en")
    yield
    text.set_language("auto")


def why(**changes):
    return explain(Entry.of(sample.event(**changes)))


def test_a_classifiers_block_in_full():
    lines = why()
    assert lines[0].startswith("Event 7K3M9Q, 1970-01-1")
    assert lines[0].endswith(", received by this machine.")
    assert lines[1:] == [
        "It was replaced by a placeholder.",
        "The classifier is sure that it shows sexual content.",
        "Picture: JPEG, 640 x 480 pixels.",
        "Classifier stage 1 (mid 1.0): 0.970.",
        "Classifier stage 2 (open 2): 0.800.",
        "Thresholds: clear below 0.300, blocked from 0.900, in between if stage 2 reaches 0.600.",
        "Versions: lists l7, policy p1.",
        "Time: 12.2 ms (decode 3.0, stage1 7.5).",
        ADVICE,
    ]


def test_the_official_test_picture_says_so():
    lines = why(match=sample.MATCH, reason=Reason.LISTED_PICTURE, scores=(), cached=True)
    assert (
        'List "test" (version 7), entry entry-1: the picture, 4 of 256 bits apart at quality 100; '
        "that is close enough alone." in lines
    )
    assert lines[-1] == "This is the official harmless test; it shows that blocking works."
    assert "Time: 12.2 ms; it had been judged before." in lines


def test_a_listed_file_names_its_list_and_who_corrects_it():
    match = ListMatch("school", "e9", "3", "ncii", "digest")
    lines = why(match=match, reason=Reason.LISTED_DIGEST, scores=(), format="")
    assert 'List "school" (version 3), entry e9: the file, exactly.' in lines
    assert lines[-1].startswith('If this is wrong: tell the keepers of the list "school" its entry')
    assert not [line for line in lines if line.startswith("Picture:")]


def test_a_near_match_needs_confirmation_and_gives_no_advice():
    match = ListMatch("school", "e9", "3", "ncii", "image", 24, 70, tight=False)
    lines = why(
        match=match,
        outcome=Outcome.UNCONFIRMED,
        reason=Reason.LISTED_PICTURE_UNCONFIRMED,
        action=Action.PASS,
        wanted=Action.REPORT,
        report=True,
    )
    assert lines[1] == "It was passed unchanged and only counted."
    assert any("24 of 256 bits apart" in line and "second confirm" in line for line in lines)
    assert not [line for line in lines if line.startswith("If this")]


@pytest.mark.parametrize("cause", FailureCause)
def test_a_failure_names_its_cause_and_detail(cause):
    lines = explain(Entry.of(sample.failed(cause, detail="worker 3 was killed")))
    assert "It could not be judged." in lines
    assert "Detail: worker 3 was killed" in lines
    assert lines[-1].startswith("If this happens often: run `garim doctor`")


@pytest.mark.parametrize(
    ("wanted", "word"),
    [(Action.REPLACE, "replaced"), (Action.CUT, "cut"), (Action.REFUSE, "refused")],
)
def test_a_dry_run_says_what_would_have_been(wanted, word):
    lines = why(action=Action.PASS, wanted=wanted, report=True)
    assert lines[1].startswith("Dry run: it was passed;")
    assert word in lines[1]


def test_an_upload_was_not_sent():
    lines = why(direction=Direction.UPLOAD, action=Action.REFUSE)
    assert lines[0].endswith(", sent from this machine.")
    assert lines[1] == "It was not sent."


def test_an_animation_tells_its_frames_and_a_plain_address_is_shown():
    entry = Entry.of(sample.event(frames=12), plain=True)
    lines = explain(entry)
    assert "Picture: JPEG, 640 x 480 pixels, 12 frames." in lines
    assert f"Address: {sample.ADDRESS}" in lines


def test_many_matches_are_cut_and_the_deciding_one_comes_first():
    matches = tuple(ListMatch("l", f"e{n}", "1", "ncii", "image", n, 90) for n in range(9))
    lines = [line for line in why(match=matches[7], matches=matches) if "List" in line]
    assert "entry e7:" in lines[0]
    assert len(lines) == 5
    assert "... and 4 more list matches." in why(match=matches[7], matches=matches)


def test_without_thresholds_none_are_named():
    assert not [line for line in why(thresholds=None) if line.startswith("Thresholds")]


def test_a_judgement_outside_the_log_is_explained_alike():
    event = sample.event()
    verdict = event.verdict
    lines = explain_judgement(
        verdict.inspection, verdict, event.decision, event.thresholds, {"policy": "p1"}
    )
    assert lines[0] == "It was replaced by a placeholder."
    assert "Time: 10.5 ms (decode 3.0, stage1 7.5)." in lines
    assert "Versions: policy p1." in lines


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("action", Action)
def test_every_decision_is_explained_in_korean_without_english_or_secrets(reason, action):
    text.set_language("ko")
    match = sample.MATCH if reason.startswith("listed") else None
    for failure in (None, *FailureCause):
        lines = why(reason=reason, action=action, match=match, failure=failure)
        assert all(any("가" <= letter <= "힣" for letter in line) for line in lines)
        told = "\n".join(lines)
        assert sample.SHA not in told
        assert sample.PDQ not in told
        assert "secret-site" not in told
