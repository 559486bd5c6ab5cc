"""One place where the shield says what happened: event log, metrics and ids follow from it.

Rules:
- Recording costs microseconds and never raises: a log that fails must not touch an exchange.
- Every decision is counted; every decision about a body or a refusal is an event.
"""

import logging
import time
from collections.abc import Callable, Mapping

from garim_addon.decide.action import Decision
from garim_addon.decide.settings import Log
from garim_addon.decide.site import site_of
from garim_addon.exchange import Direction, Request
from garim_addon.judge.confirm import Thresholds
from garim_addon.record.entry import Event
from garim_addon.record.events import EventLog
from garim_addon.record.ident import Idents
from garim_addon.record.metrics import Metrics, Path
from garim_addon.verdict import FailureCause, Inspection, Outcome, Reason, Verdict

_log = logging.getLogger(__name__)


class Recorder:
    """Records decisions of one run."""

    def __init__(
        self,
        events: EventLog,
        metrics: Metrics,
        versions: Callable[[], Mapping[str, str]],
        idents: Idents | None = None,
    ) -> None:
        """Join log, metrics and ids.

        Args:
            events: The event log.
            metrics: The figures.
            versions: Says the versions of models, lists and policy in force.
            idents: Ids of this run.
        """
        self.events = events
        self.metrics = metrics
        self._versions = versions
        self._idents = idents or Idents()

    def decided(
        self,
        request: Request,
        verdict: Verdict,
        decision: Decision,
        *,
        thresholds: Thresholds | None = None,
        mime: str = "",
        size: int = 0,
        cached: bool = False,
        waited: float = 0.0,
        streamed: bool = False,
    ) -> str:
        """Record one decision.

        Args:
            request: Whose exchange it is.
            verdict: What was found.
            decision: What is done.
            thresholds: The thresholds in force.
            mime: Content-Type as it was sent.
            size: Bytes as sent.
            cached: Whether the inspection was remembered.
            waited: Milliseconds that the exchange waited for it.
            streamed: Whether the body was hashed on its way and not held.

        Returns:
            The short id that the user sees.
        """
        content = verdict.inspection.sha256 or request.address
        ident = self._idents.ident(site_of(request.host), content)
        self.metrics.judged(verdict, decision)
        if verdict.failure is not None:
            self.metrics.latency(Path.FAILED, waited)
        elif streamed:
            self.metrics.latency(Path.STREAMED, waited)
        elif size:
            self.metrics.cache(hit=cached)
            self.metrics.latency(Path.CACHED if cached else Path.JUDGED, waited)
        self.events.record(
            Event(
                ident=ident,
                time=time.time(),
                direction=Direction.DOWNLOAD,
                address=request.address,
                host=request.host,
                mime=mime,
                size=size,
                verdict=verdict,
                decision=decision,
                thresholds=thresholds,
                versions=self._versions(),
                cached=cached,
                waited=waited,
            )
        )
        return ident

    def configure(self, config: Log) -> None:
        """Take another policy's `[log]`."""
        self.events.configure(config)

    def overdue(self, feed: str, decision: Decision) -> None:
        """A feed's lists have become too old.

        Args:
            feed: Its name on this machine.
            decision: What policy does to what cannot be judged for that reason.
        """
        cause = FailureCause.LIST_STALE
        seen = Inspection(failure=cause, detail=f"feed {feed}")
        verdict = Verdict(Outcome.UNCONFIRMED, Reason.FAILED, seen, failure=cause)
        self.metrics.judged(verdict, decision)
        self.events.record(
            Event(
                ident=self._idents.ident("", feed),
                time=time.time(),
                direction=Direction.DOWNLOAD,
                address="",
                host="",
                mime="",
                size=0,
                verdict=verdict,
                decision=decision,
                versions=self._versions(),
            )
        )

    def lists_changed(self) -> None:
        """Other lists came into force."""
        self.metrics.list_reloads.inc()

    def policy_refused(self) -> None:
        """A policy file was not taken."""
        self.metrics.policy_errors.inc()

    def hook_failed(self, hook: str, error: Exception) -> None:
        """An exception of ours was caught in an adapter's hook."""
        self.metrics.exception(hook)
        _log.error("exception in %s; policy's failure action is taken", hook, exc_info=error)
