"""One event, as it is handed in on the hot path and as the log keeps it.

Rules:
- `Event` is a tuple of references: making one costs about a microsecond, nothing is serialized.
- `Entry` is what is kept: no SHA-256, no PDQ and, unless policy says so, no address, because each
  would let a reader of the log recognise what was seen. Keyed digests (`record.keys`) stand in.
- An entry explains itself: findings, thresholds and versions of that moment are in it.
- Reading back trusts nothing: the file may have been damaged.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Direction
from garim_addon.judge.confirm import Thresholds
from garim_addon.record.keys import Keys
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Outcome, Reason, Verdict


class Event(NamedTuple):
    """What happened to one exchange, as the recorder hands it in.

    Attributes:
        ident: Short id that the user sees (`record.ident`).
        time: Seconds since the epoch.
        direction: Which way the media travelled.
        address: The full address.
        host: Its host.
        mime: Content-Type as it was sent.
        size: Bytes of the body as it was sent.
        verdict: The verdict with its inspection.
        decision: What was done.
        thresholds: The thresholds in force, or `None` when the classifier had no part in it.
        versions: Name -> version of models, lists and policy.
        cached: Whether the inspection came from the cache.
        waited: Milliseconds from the whole body to the decision.
    """

    ident: str
    time: float
    direction: Direction
    address: str
    host: str
    mime: str
    size: int
    verdict: Verdict
    decision: Decision
    thresholds: Thresholds | None = None
    versions: Mapping[str, str] = {}
    cached: bool = False
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the log keeps it.

    Attributes:
        ident: Short id that the user saw.
        time: Seconds since the epoch.
        direction: Which way the media travelled.
        address: The address when policy keeps it readable, else `""`.
        address_digest: Keyed digest of the address, or `""`.
        host_digest: Keyed digest of the host, or `""`.
        content_digest: Keyed digest of the content's SHA-256, or `""`.
        mime: Content-Type as it was sent.
        size: Bytes as sent.
        outcome: The verdict's outcome.
        reason: The rule that decided.
        action: What was done.
        wanted: What policy would have done without a dry run.
        report: Whether it was only counted.
        failure: Why nothing could be decided, or `None`.
        inspection: The findings, without SHA-256 and PDQ.
        match: The list match that decided, or `None`.
        thresholds: The thresholds of that moment, or `None`.
        versions: Versions of that moment.
        cached: Whether the inspection came from the cache.
        waited: Milliseconds from the whole body to the decision.
    """

    ident: str
    time: float
    direction: Direction
    mime: str
    size: int
    outcome: Outcome
    reason: Reason
    action: Action
    wanted: Action
    report: bool
    inspection: Inspection
    address: str = ""
    address_digest: str = ""
    host_digest: str = ""
    content_digest: str = ""
    failure: FailureCause | None = None
    match: ListMatch | None = None
    thresholds: Thresholds | None = None
    versions: dict[str, str] = field(default_factory=dict)
    cached: bool = False
    waited: float = 0.0

    @classmethod
    def of(cls, event: Event, keys: Keys | None = None, *, plain: bool = False) -> "Entry":
        """Return what is kept of an event.

        Args:
            event: The event.
            keys: The installation's keyed digests; without them none are made.
            plain: Whether the address is kept readable.
        """
        verdict, decision = event.verdict, event.decision
        seen = verdict.inspection
        return cls(
            ident=event.ident,
            time=event.time,
            direction=event.direction,
            mime=event.mime[:128],
            size=event.size,
            outcome=verdict.outcome,
            reason=verdict.reason,
            action=decision.action,
            wanted=decision.wanted,
            report=decision.report,
            inspection=replace(seen, sha256="", pdq=""),
            address=event.address if plain else "",
            address_digest=keys.address(event.address) if keys and event.address else "",
            host_digest=keys.host(event.host) if keys and event.host else "",
            content_digest=keys.content(seen.sha256) if keys else "",
            failure=verdict.failure,
            match=verdict.match,
            thresholds=_finite(event.thresholds),
            versions=dict(event.versions),
            cached=event.cached,
            waited=event.waited,
        )

    def to_json(self) -> str:
        """Serialize what has no column of its own; `from_json` reads it back."""
        limits = self.thresholds
        inspection = self.inspection
        at = inspection.matches.index(self.match) if self.match in inspection.matches else None
        return json.dumps(
            {
                "mime": self.mime,
                "size": self.size,
                "wanted": self.wanted,
                "report": self.report,
                "inspection": inspection.to_json(),
                "match": at,
                "thresholds": limits and [limits.low, limits.high, limits.agree],
                "versions": self.versions,
                "cached": self.cached,
                "waited": round(self.waited, 3),
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, columns: Mapping[str, Any], text: str) -> "Entry":
        """Read an entry back.

        Args:
            columns: The columns of its row: `ident`, `time`, `direction`, `address`, the three
                digests, `outcome`, `reason`, `action` and `failure`.
            text: What `to_json` gave.

        Raises:
            ValueError: When anything is missing or of the wrong kind.
        """
        try:
            return _read(columns, json.loads(text))
        except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"event: {error!r}") from None


def _finite(limits: Thresholds | None) -> Thresholds | None:
    return limits if limits is not None and math.isfinite(limits.low) else None


def _read(columns: Mapping[str, Any], raw: dict[str, Any]) -> Entry:
    inspection = Inspection.from_json(raw["inspection"])
    at, limits, failure = raw["match"], raw["thresholds"], columns["failure"]
    names = ("address", "address_digest", "host_digest", "content_digest")
    return Entry(
        ident=str(columns["ident"]),
        time=float(columns["time"]),
        direction=Direction(columns["direction"]),
        mime=str(raw["mime"]),
        size=int(raw["size"]),
        outcome=Outcome(columns["outcome"]),
        reason=Reason(columns["reason"]),
        action=Action(columns["action"]),
        wanted=Action(raw["wanted"]),
        report=bool(raw["report"]),
        inspection=inspection,
        **{name: str(columns[name] or "") for name in names},
        failure=FailureCause(failure) if failure else None,
        match=None if at is None else inspection.matches[at],
        thresholds=None if limits is None else Thresholds(*(float(v) for v in limits)),
        versions={str(k): str(v) for k, v in raw["versions"].items()},
        cached=bool(raw["cached"]),
        waited=float(raw["waited"]),
    )
