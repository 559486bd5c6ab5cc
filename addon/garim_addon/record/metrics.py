"""Counters for operators, in Prometheus' format; nothing in them names a user, host or address.

Rules:
- Own registry: nothing of the process or of other libraries is exported by accident.
- Every label has a small closed set of values (enums of ours), so that no page can grow the memory.
- Counting costs a dictionary look-up: the labelled children are kept.
"""

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from garim_addon.decide.action import Decision
from garim_addon.verdict import FailureCause, Verdict
from garim_feed.sync.freshness import Freshness

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_MS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 400, 800, 1600, 5000)


class Path(StrEnum):
    """Which way an exchange went, for latency."""

    STREAMED = "streamed"
    CACHED = "cached"
    JUDGED = "judged"
    FAILED = "failed"


class CacheError(StrEnum):
    """What failed at the inspection cache."""

    QUEUE = "queue"
    WRITE = "write"
    READ = "read"


class Metrics:
    """All figures of one host.

    Attributes:
        buffered: Gauge: bytes of bodies that are held.
        queue: Gauge: pictures that wait for an inspector.
        workers: Gauge: inspector processes alive.
        restarts: Counter: inspectors started anew after a crash, hang or kill.
        recycles: Counter: inspectors replaced on purpose.
        policy_errors: Counter: policy files that were not taken.
        quarantined: Gauge: perceptual list entries that are only reported.
        quarantines: Counter: entries that went into quarantine.
        list_reloads: Counter: times that other lists came into force.
        list_errors: Counter: new lists that could not be opened; the old ones stayed.
        lists_behind: Counter: pictures that an inspector judged by older lists.
    """

    def __init__(self) -> None:
        """Make the figures in a registry of their own."""
        self.registry = registry = CollectorRegistry()
        self._judged = Counter(
            "garim_judged",
            "Media judged, by verdict and by what was done; wanted differs in a dry run.",
            ["outcome", "reason", "action", "wanted"],
            registry=registry,
        )
        self._failures = Counter(
            "garim_failures",
            "Media that could not be judged, by cause.",
            ["cause"],
            registry=registry,
        )
        self._cache = Counter(
            "garim_cache", "Look-ups in the inspection cache.", ["result"], registry=registry
        )
        self._cache_errors = Counter(
            "garim_cache_errors",
            "Failures of the inspection cache's file, by what failed.",
            ["cause"],
            registry=registry,
        )
        self._latency = Histogram(
            "garim_latency_ms",
            "Milliseconds that Garim added to an exchange, by the way it went.",
            ["path"],
            buckets=BUCKETS_MS,
            registry=registry,
        )
        self._events_dropped = Counter(
            "garim_events_dropped",
            "Events lost to the log, by cause.",
            ["cause"],
            registry=registry,
        )
        self._exceptions = Counter(
            "garim_hook_exceptions",
            "Exceptions caught in a hook; policy's failure action was taken.",
            ["hook"],
            registry=registry,
        )
        self.buffered = Gauge("garim_buffered_bytes", "Bytes of bodies held.", registry=registry)
        self.queue = Gauge("garim_queue_length", "Pictures waiting.", registry=registry)
        self.workers = Gauge("garim_workers_alive", "Inspector processes.", registry=registry)
        self.restarts = Counter(
            "garim_worker_restarts", "Inspectors that died and were replaced.", registry=registry
        )
        self.recycles = Counter(
            "garim_worker_recycles", "Inspectors replaced on purpose.", registry=registry
        )
        self.policy_errors = Counter(
            "garim_policy_reload_errors", "Policy files that were not taken.", registry=registry
        )
        self.quarantined = Gauge(
            "garim_quarantined_entries", "List entries that are only reported.", registry=registry
        )
        self.quarantines = Counter(
            "garim_quarantines", "List entries that matched too much.", registry=registry
        )
        self.list_reloads = Counter(
            "garim_list_reloads", "Times that other lists came into force.", registry=registry
        )
        self.list_errors = Counter(
            "garim_list_errors", "New lists that could not be opened.", registry=registry
        )
        self.lists_behind = Counter(
            "garim_lists_behind", "Pictures judged by older lists.", registry=registry
        )
        self._feeds = Gauge("garim_feeds", "Feeds, by freshness.", ["freshness"], registry=registry)
        self._verdicts: dict[tuple[str, str, str, str], Counter] = {}
        self._causes = {cause: self._failures.labels(cause) for cause in FailureCause}
        self._paths = {path: self._latency.labels(path) for path in Path}
        self._cache_causes = {cause: self._cache_errors.labels(cause) for cause in CacheError}
        self._hits = {hit: self._cache.labels("hit" if hit else "miss") for hit in (True, False)}

    def judged(self, verdict: Verdict, decision: Decision) -> None:
        """Count one verdict and what was done about it; a failed one also by its cause."""
        key = (verdict.outcome, verdict.reason, decision.action, decision.wanted)
        counter = self._verdicts.get(key)
        if counter is None:
            counter = self._verdicts[key] = self._judged.labels(*key)
        counter.inc()
        if verdict.failure is not None:
            self._causes[verdict.failure].inc()

    def cache(self, *, hit: bool) -> None:
        """Count one look-up in the inspection cache."""
        self._hits[hit].inc()

    def cache_failed(self, cause: CacheError, count: int) -> None:
        """Count failures of the inspection cache's file."""
        self._cache_causes[cause].inc(count)

    def latency(self, path: Path, milliseconds: float) -> None:
        """Count how long one exchange was held up."""
        self._paths[path].observe(milliseconds)

    def events_dropped(self, cause: str, count: int) -> None:
        """Count lost events; fits `EventLog`'s `on_drop`."""
        self._events_dropped.labels(cause).inc(count)

    def exception(self, hook: str) -> None:
        """Count one exception that was caught in the hook of this name."""
        self._exceptions.labels(hook).inc()

    def feeds(self, freshness: Freshness, count: int) -> None:
        """Set how many feeds are that fresh."""
        self._feeds.labels(freshness).set(count)

    def render(self) -> bytes:
        """Return all figures as `CONTENT_TYPE`."""
        return generate_latest(self.registry)
