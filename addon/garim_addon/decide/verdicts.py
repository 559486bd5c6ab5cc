"""What an inspection means for one request: thresholds of its site, quarantine, what is missing.

Rules:
- A picture that no classifier saw is not innocent where policy wants one to look.
- Where policy closes on stale lists, what no list named is a failure while a feed is overdue.
- Sites are counted by unshifted thresholds: a shift must not feed itself.
"""

from dataclasses import replace

from garim_addon.decide.action import Decision
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.thresholds import ModelDefaults
from garim_addon.decide.zone import Zones
from garim_addon.exchange import Direction, Request
from garim_addon.judge.confirm import Thresholds, confirm
from garim_addon.judge.inspections import Found
from garim_addon.judge.quarantine import Quarantine
from garim_addon.judge.staleness import Staleness
from garim_addon.verdict import FailureCause, Inspection, Outcome, Verdict


class Verdicts:
    """Turns inspections into verdicts."""

    def __init__(
        self,
        policy: LivePolicy,
        zones: Zones,
        defaults: ModelDefaults,
        quarantine: Quarantine,
        staleness: Staleness,
    ) -> None:
        """Join the parts.

        Args:
            policy: The policy in force.
            zones: What is known of sites.
            defaults: Thresholds that the models recommend.
            quarantine: Entries that are not believed.
            staleness: Feeds that are overdue.
        """
        self._live = policy
        self._zones = zones
        self._defaults = defaults
        self._quarantine = quarantine
        self._staleness = staleness

    def thresholds(self, request: Request) -> Thresholds:
        """Return the classifier's thresholds for a request's site."""
        return self._live.current.thresholds(self._zones.shift(request.host), self._defaults)

    def of(self, request: Request, inspection: Inspection) -> Verdict:
        """Return what an inspection means; nothing is counted."""
        return confirm(inspection, self.thresholds(request), self._quarantine.holds)

    def decided(self, request: Request, inspection: Inspection) -> tuple[Verdict, Decision]:
        """Return what an inspection of a download means, and what policy does about it."""
        verdict = self.of(request, inspection)
        return verdict, self._live.current.decide(verdict, Direction.DOWNLOAD)

    def judged(self, request: Request, found: Found, thresholds: Thresholds) -> Verdict:
        """Return what an inspection of a body means; sites and entries are counted."""
        inspection = found.inspection
        neutral = self._live.current.thresholds(0.0, self._defaults)
        if inspection.matches:
            self._quarantine.observe(inspection, found.key, neutral)
        if inspection.failure is None and not inspection.skipped:
            unshifted = confirm(inspection, neutral, self._quarantine.holds)
            self._zones.observe(request.host, condemned=unshifted.outcome is Outcome.BLOCK)
        whole = self._unless_stale(self._unless_unseen(inspection))
        return confirm(whole, thresholds, self._quarantine.holds)

    def _unless_unseen(self, inspection: Inspection) -> Inspection:
        """So it is when the classifier is switched on while inspectors run without."""
        seen = inspection.scores or inspection.skipped or inspection.failure is not None
        if seen or not self._live.current.classifier.enabled:
            return inspection
        return replace(
            inspection,
            failure=FailureCause.MODEL_MISSING,
            detail="the classifier was switched on; restart Garim to load its models",
        )

    def _unless_stale(self, inspection: Inspection) -> Inspection:
        if inspection.failure is not None or not self._staleness.overdue:
            return inspection
        decision = self._live.current.failed(FailureCause.LIST_STALE, Direction.DOWNLOAD)
        if not decision.wanted.changes:
            return inspection
        return replace(inspection, failure=FailureCause.LIST_STALE)
