"""What an inspection means for a request: quarantine, staleness and what no classifier saw."""

import pytest
from made_lists import found
from shield_house import CLEAN, HOME, SCHOOL, SEEN, SURE, ask, scored

from garim_addon.judge.inspections import Found, list_match
from garim_addon.judge.quarantine import MOST
from garim_addon.verdict import FailureCause, Inspection, Outcome, Reason

CLOSED = HOME + "[fail.download]\nlist-stale = 'replace'\n"
MATCH = list_match(found("image"))
NEAR = scored(0.01, matches=(MATCH,))


def judged(house, inspection, key=bytes(32)):
    verdicts = house.shield._verdicts
    request = ask()
    found_in = Found(inspection, key, cached=False)
    return verdicts.judged(request, found_in, verdicts.thresholds(request))


STALE = FailureCause.LIST_STALE
BROKEN = Inspection(failure=FailureCause.CRASH)


@pytest.mark.parametrize(
    ("policy", "overdue", "seen", "result"),
    [
        (HOME, False, CLEAN, (Outcome.ALLOW, None)),
        (HOME, True, CLEAN, (Outcome.ALLOW, None)),
        (SCHOOL, True, CLEAN, (Outcome.ALLOW, None)),
        (CLOSED, False, CLEAN, (Outcome.ALLOW, None)),
        (CLOSED, True, CLEAN, (Outcome.UNCONFIRMED, STALE)),
        (CLOSED, True, NEAR, (Outcome.BLOCK, None)),
        (CLOSED, True, BROKEN, (Outcome.UNCONFIRMED, FailureCause.CRASH)),
    ],
)
def test_old_lists_are_a_failure_only_where_policy_closes_on_them(
    build, policy, overdue, seen, result
):
    house = build(policy)
    house.staleness.overdue = ("kr",) if overdue else ()
    verdict = judged(house, seen)
    assert (verdict.outcome, verdict.failure) == result


def test_a_picture_that_no_classifier_saw_is_not_innocent(build):
    unseen = Inspection(**SEEN)
    assert judged(build(), unseen).failure is FailureCause.MODEL_MISSING
    off = build(HOME + "[classifier]\nenabled = false\n")
    assert judged(off, unseen).outcome is Outcome.ALLOW


def test_an_entry_that_matches_too_much_is_reported_and_the_site_is_not_blamed(build):
    house = build()
    for number in range(MOST):
        assert judged(house, NEAR, number.to_bytes(8, "little")).outcome is Outcome.BLOCK
    rate = house.zones.rate("site.example")
    verdict = judged(house, NEAR, b"the next")
    assert (verdict.outcome, verdict.reason) == (Outcome.UNCONFIRMED, Reason.LISTED_QUARANTINED)
    assert verdict.match == MATCH
    assert house.zones.rate("site.example") < rate
    # A classifier that is sure needs no list.
    sure = scored(0.99, matches=(MATCH,))
    assert judged(house, sure, b"sure").reason is Reason.CLASSIFIER_SURE


def test_looking_without_judging_counts_nothing(build):
    house = build()
    for number in range(3 * MOST):
        seen = scored(0.01, matches=(MATCH,), detail=str(number))
        assert house.shield._verdicts.of(ask(), seen).outcome is Outcome.BLOCK
    verdict, decision = house.shield._verdicts.decided(ask(), SURE)
    assert (verdict.outcome, decision.action.changes) == (Outcome.BLOCK, True)
    assert house.quarantine.entries == ()
