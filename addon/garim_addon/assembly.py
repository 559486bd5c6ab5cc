"""Everything that one process needs to shield, put together: used by the program and as a script.

Rules:
- One place that knows which parts there are; every part gets what it needs as an argument.
- What is private lies in one owner-only folder.
- Starting fails with one clear sentence or not at all; closing leaves no process and no lost event.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from garim_addon import private_files
from garim_addon.act.replacement import Replacer
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.policy import Policy
from garim_addon.decide.thresholds import ModelDefaults
from garim_addon.decide.zone import Zones
from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.inspections import Inspections
from garim_addon.judge.pool import InspectorPool
from garim_addon.judge.validators import Validators
from garim_addon.media.limits import Limits
from garim_addon.record import keys
from garim_addon.record.events import EventLog
from garim_addon.record.metrics import CacheError, Metrics
from garim_addon.record.recorder import Recorder
from garim_addon.shield import Shield
from garim_feed.index import builtin
from garim_models.manifest import available
from garim_models.preference import preferred

LOG_FOLDER = "log"
ZONES_FILE = "zones.json"


@dataclass(frozen=True, slots=True)
class Places:
    """Files and folders of one installation.

    Attributes:
        state: Owner-only folder for what Garim writes.
        policy: The policy file, or `None` for the home profile.
        models: Folder with an operator's own models, or `None` for the shipped ones.
    """

    state: Path
    policy: Path | None = None
    models: Path | None = None

    @property
    def log(self) -> Path:
        """Folder of the event log."""
        return self.state / LOG_FOLDER

    @property
    def preference(self) -> Path:
        """Which variant of each model is faster here (`garim doctor`)."""
        return self.state / "models.json"


class Assembly:
    """The parts of one shield.

    Attributes:
        live: The policy, following its file.
        pool: The inspector processes.
        metrics: The figures.
        events: The event log.
        shield: The core.
    """

    def __init__(self, places: Places) -> None:
        """Put the parts together; nothing is started yet.

        Raises:
            PolicyError: When the policy file cannot be used.
            ModelError: When the models' manifests cannot be read.
            OSError: When the state folder cannot be written.
            PrivateFileError: When somebody else can get at what is private.
        """
        private_files.ensure_folder(places.state)
        self._places = places
        self.live = LivePolicy(places.policy)
        policy = self.live.current
        defaults = model_defaults(places.models)
        secrets = keys.load(places.log)
        index = builtin()
        self.metrics = Metrics()
        self.events = EventLog(places.log, policy.log, on_drop=self.metrics.events_dropped)
        self.pool = InspectorPool(
            worker_config(policy, places),
            size=policy.limits.workers or None,
            queue_limit=policy.limits.queue,
            patience=policy.limits.wait_ms / 1000,
        )
        self.cache = VerdictCache(places.state / "verdicts.sqlite")
        self._zones = Zones(policy.zones, secrets.derived("zones"))
        self._zones.load(places.state / ZONES_FILE)
        self._counted = (0, 0)
        self._cache_errors: dict[CacheError, int] = {}
        self._versions: tuple[str, Mapping[str, str]] = ("", {})
        self.shield = Shield(
            policy=self.live,
            index=index,
            inspections=Inspections(
                self.pool,
                self.cache,
                index.digest,
                secret=secrets.derived("verdicts"),
                min_bytes=policy.limits.min_bytes,
            ),
            validators=Validators(self.cache, secrets.derived("validators")),
            replacer=Replacer(self.pool),
            zones=self._zones,
            recorder=Recorder(self.events, self.metrics, self.versions),
            defaults=defaults,
        )

    async def start(self) -> None:
        """Start the inspectors; returns when one is ready or none can start."""
        await self.pool.start()

    async def close(self) -> None:
        """Stop the inspectors and write down what waits."""
        await self.pool.close()
        with contextlib.suppress(OSError):
            self._zones.save(self._places.state / ZONES_FILE)
        self.cache.close()
        self.events.close()

    def versions(self) -> Mapping[str, str]:
        """Versions of models and lists (the epoch) and of the policy."""
        epoch = self.pool.epoch
        if self._versions[0] != epoch + self.live.version:
            found = {"inspection": epoch, "policy": self.live.version}
            self._versions = (epoch + self.live.version, found)
        return self._versions[1]

    def render_metrics(self) -> bytes:
        """All figures in Prometheus' format, with the gauges of this moment."""
        stats = self.pool.stats
        self.metrics.buffered.set(self.shield.budget.held)
        self.metrics.queue.set(stats.queued)
        self.metrics.workers.set(stats.alive)
        self.metrics.restarts.inc(stats.restarts - self._counted[0])
        self.metrics.recycles.inc(stats.recycles - self._counted[1])
        self._counted = (stats.restarts, stats.recycles)
        self._count_cache_errors()
        return self.metrics.render()

    def _count_cache_errors(self) -> None:
        stats = self.cache.stats
        found = {
            CacheError.QUEUE: stats.dropped,
            CacheError.WRITE: stats.write_errors,
            CacheError.READ: stats.read_errors,
        }
        for cause, count in found.items():
            self.metrics.cache_failed(cause, count - self._cache_errors.get(cause, 0))
        self._cache_errors = found


def worker_config(policy: Policy, places: Places) -> WorkerConfig:
    """Settings of the inspectors for a policy."""
    limits = policy.limits
    return WorkerConfig(
        models=places.models,
        variants={m.name: preferred(m, places.preference) for m in available(places.models)},
        stages=(1, 2) if policy.classifier.enabled else (),
        limits=Limits(
            min_side=limits.min_side,
            min_bytes=limits.min_bytes,
            sampled_frames=limits.sampled_frames,
        ),
    )


def model_defaults(models: Path | None) -> ModelDefaults:
    """Thresholds that the models' manifests recommend.

    Raises:
        ModelError: When they cannot be read.
    """
    first, second = None, None
    for manifest in available(models):
        if manifest.stage == 1 and first is None:
            first = manifest.thresholds
        elif manifest.stage == 2 and second is None:
            second = manifest.thresholds
    return ModelDefaults(
        low=first.low if first else 1.0,
        high=first.high if first else 1.0,
        agree=second.agree if second else 1.0,
        gate=first.gate if first else 0.0,
    )
