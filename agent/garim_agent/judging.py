"""Judging outside the proxy: the same inspectors, rules and policy, without a cache or a log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from garim_addon.assembly import lists_of, model_defaults, worker_config
from garim_addon.decide.action import Action, Decision
from garim_addon.decide.policy import Policy
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import Thresholds, confirm
from garim_addon.judge.pool import InspectorPool
from garim_addon.verdict import FailureCause, Inspection, Outcome, Reason, Verdict
from garim_agent.folders import Folders

DEADLINE = 30.0
"""Seconds for one file: nobody is waiting for a page."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One file, judged.

    Attributes:
        inspection: What was found.
        verdict: What it means.
        decision: What policy would do to a download of it.
        thresholds: The thresholds in force.
        media: Whether it is a picture at all.
    """

    inspection: Inspection
    verdict: Verdict
    decision: Decision
    thresholds: Thresholds
    media: bool


class Judging:
    """Judges bodies by one policy."""

    def __init__(self, pool: InspectorPool, policy: Policy, models: Path | None) -> None:
        self._pool = pool
        self._policy = policy
        self._thresholds = policy.thresholds(0.0, model_defaults(models))

    async def judge(self, body: bytes) -> Judged:
        """Judge one body."""
        if len(body) > self._policy.limits.picture_bytes:
            found = Inspection(failure=FailureCause.TOO_LARGE)
        else:
            found = await self._pool.judge(body, deadline=DEADLINE)
        unknown = not found.format and found.failure in {None, FailureCause.UNDECODABLE}
        if unknown and not found.matches:
            # Not a picture of any kind: nothing to judge here, and a download of it would stream.
            verdict = Verdict(Outcome.ALLOW, Reason.NOTHING_FOUND, found)
            return Judged(found, verdict, Decision(Action.PASS), self._thresholds, media=False)
        verdict = confirm(found, self._thresholds)
        decision = self._policy.decide(verdict, Direction.DOWNLOAD)
        return Judged(found, verdict, decision, self._thresholds, media=True)


@asynccontextmanager
async def judging(
    where: Folders, policy: Policy, *, workers: int | None = None
) -> AsyncIterator[Judging]:
    """Start inspectors for a while.

    Args:
        where: The installation's folders.
        policy: The policy to judge by.
        workers: Inspector processes; by default as many as the policy or the CPU says.
    """
    places = where.places()
    index = lists_of(places)
    pool = InspectorPool(
        worker_config(policy, places),
        generation=lambda: index.generation,
        size=workers or policy.limits.workers or None,
    )
    await pool.start()
    try:
        yield Judging(pool, policy, where.models)
    finally:
        await asyncio.shield(pool.close())
