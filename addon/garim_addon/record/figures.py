"""The figures of this moment, put into the metrics when somebody asks for them.

Rules:
- Rooms count for themselves, without knowing of metrics; what grew since the last look is added.
"""

from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.lists import Live
from garim_addon.judge.pool import InspectorPool
from garim_addon.judge.quarantine import Quarantine
from garim_addon.judge.staleness import Staleness
from garim_addon.media.budget import Budget
from garim_addon.record.metrics import CacheError, Metrics
from garim_addon.verdict import FailureCause
from garim_feed.sync.freshness import Freshness


class Figures:
    """Renders the metrics of one host."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        pool: InspectorPool,
        cache: VerdictCache,
        budget: Budget,
        index: Live,
        quarantine: Quarantine,
        staleness: Staleness,
    ) -> None:
        """Take the rooms that count.

        Args:
            metrics: The figures.
            pool: The inspector processes.
            cache: The inspection cache.
            budget: What is held.
            index: The lists.
            quarantine: Entries that are not believed.
            staleness: How old the feeds are.
        """
        self._metrics = metrics
        self._pool = pool
        self._cache = cache
        self._budget = budget
        self._index = index
        self._quarantine = quarantine
        self._staleness = staleness
        self._before: dict[str, int] = {}

    def render(self) -> bytes:
        """All figures in Prometheus' format."""
        metrics, stats = self._metrics, self._pool.stats
        metrics.buffered.set(self._budget.held)
        metrics.queue.set(stats.queued)
        metrics.workers.set(stats.alive)
        metrics.restarts.inc(self._grown("restarts", stats.restarts))
        metrics.recycles.inc(self._grown("recycles", stats.recycles))
        behind = stats.failures.get(FailureCause.LIST_STALE, 0)
        metrics.lists_behind.inc(self._grown("behind", behind))
        metrics.list_errors.inc(self._grown("list errors", self._index.failures))
        metrics.quarantined.set(len(self._quarantine.entries))
        for freshness in Freshness:
            metrics.feeds(freshness, self._staleness.counts[freshness])
        self._count_cache_errors()
        return metrics.render()

    def _count_cache_errors(self) -> None:
        stats = self._cache.stats
        found = {
            CacheError.QUEUE: stats.dropped,
            CacheError.WRITE: stats.write_errors,
            CacheError.READ: stats.read_errors,
        }
        for cause, count in found.items():
            self._metrics.cache_failed(cause, self._grown(cause, count))

    def _grown(self, name: str, count: int) -> int:
        grown = count - self._before.get(name, 0)
        self._before[name] = count
        return grown
