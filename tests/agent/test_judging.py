"""Judging over a fake pool; the real one is in `test_check.py` and in the pool's own tests."""

import pytest

from garim_addon.decide.action import Action
from garim_addon.decide.policy import Policy
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Outcome, Reason, Score
from garim_agent.judging import DEADLINE, Judging

EXACT = ListMatch("l", "e", "1", "ncii", "digest")
SEEN = {"kind": "image", "format": "png", "width": 9, "height": 9, "frames": 1}


class Pool:
    def __init__(self, answer):
        self.answer, self.asked = answer, []

    async def judge(self, body, *, encoding="", deadline):
        self.asked.append((body, encoding, deadline))
        return self.answer


@pytest.mark.parametrize(
    ("found", "media", "outcome", "action"),
    [
        (Inspection(**SEEN), True, Outcome.ALLOW, Action.PASS),
        (
            Inspection(**SEEN, scores=(Score("m", "1", 1, 1.0),)),
            True,
            Outcome.BLOCK,
            Action.REPLACE,
        ),
        (Inspection(**SEEN, skipped="too-small"), True, Outcome.ALLOW, Action.PASS),
        (Inspection(**SEEN, matches=(EXACT,)), True, Outcome.BLOCK, Action.REPLACE),
        (Inspection(**SEEN, failure=FailureCause.CRASH), True, Outcome.UNCONFIRMED, Action.PASS),
        (Inspection(failure=FailureCause.UNDECODABLE), False, Outcome.ALLOW, Action.PASS),
        (Inspection(skipped="too-small"), False, Outcome.ALLOW, Action.PASS),
        # A listed file is listed whatever it is, and a failure to look is not "no picture".
        (
            Inspection(failure=FailureCause.UNDECODABLE, matches=(EXACT,)),
            True,
            Outcome.BLOCK,
            Action.REPLACE,
        ),
        (Inspection(failure=FailureCause.TIMEOUT), True, Outcome.UNCONFIRMED, Action.PASS),
        (Inspection(failure=FailureCause.CRASH), True, Outcome.UNCONFIRMED, Action.PASS),
    ],
)
async def test_a_body_is_judged_by_the_shields_rules(found, media, outcome, action):
    pool = Pool(found)
    result = await Judging(pool, Policy.preset(), None).judge(b"body")
    assert (result.media, result.verdict.outcome, result.decision.action) == (
        media,
        outcome,
        action,
    )
    assert result.inspection is found
    assert pool.asked == [(b"body", "", DEADLINE)]


async def test_what_is_over_the_policys_cap_is_not_even_sent():
    policy = Policy.parse("profile = 'home'\n[limits]\npicture_bytes = 1024\n")
    pool = Pool(Inspection(**SEEN))
    judging = Judging(pool, policy, None)
    result = await judging.judge(bytes(1025))
    assert (result.verdict.failure, result.verdict.reason) == (
        FailureCause.TOO_LARGE,
        Reason.FAILED,
    )
    assert result.media
    assert pool.asked == []
    assert (await judging.judge(bytes(1024))).verdict.failure is None
