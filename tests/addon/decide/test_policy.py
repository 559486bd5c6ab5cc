"""Truth tables over every verdict, direction and profile; every way a file can be wrong."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.decide.action import Action, Decision, Style
from garim_addon.decide.policy import MAX_FILE, Policy
from garim_addon.decide.policy_error import PolicyError
from garim_addon.decide.profiles import Profile
from garim_addon.decide.thresholds import OFF, ModelDefaults
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import Thresholds
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Outcome, Reason, Verdict

MATCH = ListMatch("test", "1", "1", "test", "image")
DOWN, UP = Direction.DOWNLOAD, Direction.UPLOAD
LISTED = {Reason.LISTED_ADDRESS, Reason.LISTED_DIGEST, Reason.LISTED_PICTURE}
LISTED_OR_NEAR = {*LISTED, Reason.LISTED_PICTURE_UNCONFIRMED}


def verdict(outcome, reason, failure=None):
    match = MATCH if reason in LISTED_OR_NEAR else None
    return Verdict(outcome, reason, Inspection(), match=match, failure=failure)


def expected_home_or_school(outcome, reason, direction, profile, failure):
    """The issue's words, written once more without the code's structure."""
    shut = Action.REPLACE if direction is DOWN else Action.REFUSE
    if outcome is Outcome.BLOCK:
        return shut
    if failure is FailureCause.LIST_STALE:
        return Action.REPORT
    if failure is FailureCause.PARTIAL:
        return shut
    if failure is not None:
        return shut if profile is Profile.SCHOOL else Action.PASS
    return Action.REPORT if outcome is Outcome.UNCONFIRMED else Action.PASS


@pytest.mark.parametrize("report_only", [False, True])
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("failure", [None, *FailureCause])
def test_every_verdict_has_its_action(report_only, profile, direction, failure):
    policy = Policy.preset(profile).model_copy(update={"report_only": report_only})
    for outcome, reason in itertools.product(Outcome, Reason):
        wanted = expected_home_or_school(outcome, reason, direction, profile, failure)
        decision = policy.decide(verdict(outcome, reason, failure), direction)
        assert decision.wanted is wanted, (outcome, reason)
        if wanted.changes and not report_only:
            assert decision == Decision(wanted, Style.CARD, report=False, wanted=wanted)
        else:
            counted = wanted is not Action.PASS
            assert decision == Decision(Action.PASS, Style.CARD, report=counted, wanted=wanted)


@pytest.mark.parametrize("report_only", [False, True])
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("cause", FailureCause)
def test_no_verdict_at_all_is_decided_as_a_failed_one(report_only, profile, direction, cause):
    policy = Policy.preset(profile).model_copy(update={"report_only": report_only})
    failed = verdict(Outcome.UNCONFIRMED, Reason.FAILED, cause)
    assert policy.failed(cause, direction) == policy.decide(failed, direction)
    assert policy.on_failure(cause, direction) is policy.decide(failed, direction).action


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("cause", FailureCause)
def test_what_is_listed_stays_closed_even_where_failures_are_open(direction, cause):
    policy = Policy.preset(Profile.HOME)
    shut = Action.REPLACE if direction is DOWN else Action.REFUSE
    assert policy.on_failure(cause, direction, listed=True) is shut
    listed = verdict(Outcome.BLOCK, Reason.LISTED_DIGEST, cause)
    assert policy.decide(listed, direction).action is shut


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("kind", ["listed", "classifier"])
def test_a_configured_action_is_carried_out(action, direction, kind):
    policy = Policy.parse(f"[actions]\n{kind} = '{action}'")
    reason = Reason.LISTED_PICTURE if kind == "listed" else Reason.CLASSIFIER_SURE
    decision = policy.decide(verdict(Outcome.BLOCK, reason), direction)
    mapped = Action.REFUSE if (action, direction) == (Action.REPLACE, UP) else action
    assert decision.wanted is mapped
    assert decision.action is (mapped if mapped.changes else Action.PASS)
    assert decision.report is (action is Action.REPORT)


def test_an_adapter_never_gets_report_as_an_action():
    policy = Policy.parse("[actions]\nlisted='report'\n[fail.upload]\ntimeout='report'")
    listed = verdict(Outcome.BLOCK, Reason.LISTED_DIGEST)
    assert policy.decide(listed, DOWN).action is Action.PASS
    assert policy.on_failure(FailureCause.TIMEOUT, UP) is Action.PASS


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("outcome", Outcome)
def test_only_what_the_classifier_condemned_is_blurred(outcome, reason):
    policy = Policy.parse("profile='school'\nplaceholder.style = 'blur'")
    blurred = outcome is Outcome.BLOCK and reason not in LISTED_OR_NEAR
    style = policy.decide(verdict(outcome, reason), DOWN).style
    assert style is (Style.BLUR if blurred else Style.CARD)
    failed = verdict(Outcome.UNCONFIRMED, Reason.FAILED, FailureCause.TIMEOUT)
    assert policy.decide(failed, DOWN).style is Style.CARD


def test_a_key_overrides_its_profile_and_nothing_beside_it():
    policy = Policy.parse("profile='school'\n[fail.download]\ntimeout='pass'")
    assert policy.on_failure(FailureCause.TIMEOUT, DOWN) is Action.PASS
    assert policy.on_failure(FailureCause.TIMEOUT, UP) is Action.REFUSE
    assert policy.on_failure(FailureCause.CRASH, DOWN) is Action.REPLACE
    assert Policy.preset(Profile.SCHOOL).on_failure(FailureCause.TIMEOUT, DOWN) is Action.REPLACE


DEFAULTS = ModelDefaults(low=0.3, high=0.9, agree=0.6, gate=0.05)


def test_thresholds_come_from_the_models_the_file_and_the_zone():
    assert Policy.preset().thresholds(0.0, DEFAULTS) == Thresholds(0.3, 0.9, 0.6)
    policy = Policy.parse("classifier.high = 0.8\nzones.max_shift = 0.1")
    assert policy.thresholds(0.0, DEFAULTS) == Thresholds(0.3, 0.8, 0.6)
    moved = policy.thresholds(-0.5, DEFAULTS)
    assert (moved.low, moved.high, moved.agree) == pytest.approx((0.2, 0.7, 0.5))


def test_a_disabled_classifier_condemns_nothing():
    policy = Policy.parse("classifier.enabled = false")
    assert policy.thresholds(-0.15, DEFAULTS) == OFF


ONE_OF = "it must be one of:"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "p.toml is empty; it must set at least a profile."),
        (" \n\t", "p.toml is empty; it must set at least a profile."),
        ("x=", "p.toml ends in the middle of a setting."),
        ("a=1 b=2", "p.toml: line 1, column 5 is not valid TOML."),
        (
            "profil='home'",
            "p.toml: profil is not a known setting; it must be one of: profile, lang",
        ),
        ("profile='x'", f'p.toml: profile is "x"; {ONE_OF} home, school.'),
        ("profile=[]", f"p.toml: profile is []; {ONE_OF} home, school."),
        ("language='fr'", f'p.toml: language is "fr"; {ONE_OF} auto, ko, en.'),
        ("report_only=1", "p.toml: report_only is 1; it must be true or false."),
        ("classifier.high=1.4", "p.toml: classifier.high is 1.4; it must be between 0 and 1."),
        ("classifier.low=nan", "p.toml: classifier.low is nan; it must be between 0 and 1."),
        ("classifier.low='x'", 'p.toml: classifier.low is "x"; it must be a number.'),
        ("classifier.hi=1", f"not a known setting; {ONE_OF} enabled, low, high, agree."),
        (
            "classifier={low=0.9, high=0.8}",
            "p.toml: classifier.low is 0.9; it must not be above classifier.high, which is 0.8.",
        ),
        ("limits.queue=0", "p.toml: limits.queue is 0; it must be between 1 and 10000."),
        ("limits.queue=1.5", "p.toml: limits.queue is 1.5; it must be a whole number."),
        ("limits.queue=true", "p.toml: limits.queue is true; it must be a whole number."),
        ("log.days=0", "p.toml: log.days is 0; it must be between 1 and 90."),
        ("placeholder=3", "p.toml: placeholder is 3; it must be a table of settings."),
        (
            "actions.unconfirmed='replace'",
            f'p.toml: actions.unconfirmed is "replace"; {ONE_OF} pass, report.',
        ),
        ("actions.listed=''", f'actions.listed is ""; {ONE_OF} pass, replace, cut, refuse, report'),
        ("fail.download.foo='pass'", f"fail.download.foo is not a known setting; {ONE_OF} timeout"),
        ("fail.sideways.crash='pass'", f"fail.sideways is not a known setting; {ONE_OF} download"),
        ("fail.upload.crash='no'", f'fail.upload.crash is "no"; {ONE_OF} pass, replace'),
        ("fail.upload=3", "p.toml: fail.upload is 3; it must be a table of settings."),
        ("zones.trusted='a.b'", 'zones.trusted is "a.b"; it must be a list like [...].'),
        ("zones.trusted=[3]", 'p.toml: zones.trusted[0] is 3; it must be text in "quotes".'),
        ("hosts.exempt=['a.b','*.kr']", 'hosts.exempt[1] is "*.kr"; it must be an IP address or'),
        ("hosts.exempt=['a.*.b']", 'hosts.exempt[0] is "a.*.b"; it must be an IP address or a'),
        ("hosts.exempt=['a b\\n']", 'hosts.exempt[0] is "a b\\\\n"; it must be'),
        ('"a\\u001b"=1', 'p.toml: "a\\u001b" is not a known setting;'),
    ],
)
def test_a_broken_file_is_one_clear_sentence(text, sentence):
    with pytest.raises(PolicyError) as caught:
        Policy.parse(text, "p.toml")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("p.toml")
    assert "\n" not in str(caught.value)


def test_hosts_are_kept_in_one_spelling():
    policy = Policy.parse("hosts.exempt=['NAS', '[::1]', '가림.한국', '.A.b.']")
    assert policy.hosts.exempt == ("nas", "::1", "xn--o39am4x.xn--3e0b707e", "*.a.b")


def test_a_file_is_loaded_by_name_only(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("\ufeffprofile = 'school'", encoding="utf-8")
    assert Policy.load(path).profile is Profile.SCHOOL


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"\xff\xfe", "policy.toml is not UTF-8 text."),
        (b"#" * (MAX_FILE + 1), f"policy.toml is larger than {MAX_FILE} bytes."),
    ],
)
def test_a_file_that_is_no_policy_is_named(tmp_path, body, sentence):
    path = tmp_path / "policy.toml"
    path.write_bytes(body)
    with pytest.raises(PolicyError, match=sentence):
        Policy.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"policy\.toml cannot be read: No such file"):
        Policy.load(tmp_path / "policy.toml")


def outcome(text):
    try:
        return f"policy.toml {Policy.parse(text).profile}"
    except PolicyError as error:
        return str(error)


@given(st.text())
def test_any_text_is_a_policy_or_a_sentence(text):
    assert outcome(text).startswith("policy.toml")


KEYS = st.sampled_from(
    ["profile", "language", "actions", "classifier", "limits", "fail", "zones", "hosts", "log"]
)
SCALARS = st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
VALUES = st.recursive(
    SCALARS, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(KEYS, v, max_size=3))
)


@given(raw=st.dictionaries(KEYS, VALUES))
def test_any_table_is_a_policy_or_a_sentence(raw, monkeypatch_module):
    monkeypatch_module.setattr("garim_addon.decide.policy.tomllib.loads", lambda _: raw)
    assert outcome("x").startswith("policy.toml")


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch
