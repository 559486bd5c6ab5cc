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
from garim_addon.act.answering import Answering
from garim_addon.act.replacement import Replacer
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.policy import Policy
from garim_addon.decide.thresholds import ModelDefaults
from garim_addon.decide.verdicts import Verdicts
from garim_addon.decide.zone import Zones
from garim_addon.gate import Gate
from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.condemned import Condemned
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.files import Files
from garim_addon.judge.inspections import Inspections
from garim_addon.judge.no_lists import NoLists
from garim_addon.judge.pool import InspectorPool
from garim_addon.judge.quarantine import Held, Quarantine
from garim_addon.judge.staleness import Staleness
from garim_addon.judge.validators import Validators
from garim_addon.media.limits import Limits
from garim_addon.record import keys
from garim_addon.record.events import EventLog
from garim_addon.record.figures import Figures
from garim_addon.record.metrics import Metrics
from garim_addon.record.recorder import Recorder
from garim_addon.shield import Shield
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.generations import generations_folder
from garim_feed.lookup.live import LiveIndex
from garim_models.manifest import available
from garim_models.preference import preferred

LOG_FOLDER = "log"
LISTS_FOLDER = "lists"
ZONES_FILE = "zones.json"
QUARANTINE_FILE = "quarantine.json"


@dataclass(frozen=True, slots=True)
class Places:
    """Files and folders of one installation.

    Attributes:
        state: Owner-only folder for what Garim writes.
        policy: The policy file, or `None` for the home profile.
        models: Folder with an operator's own models, or `None` for the shipped ones.
        builtin_list: Whether the shipped list counts while no other lists are in force.
    """

    state: Path
    policy: Path | None = None
    models: Path | None = None
    builtin_list: bool = True

    @property
    def log(self) -> Path:
        """Folder of the event log."""
        return self.state / LOG_FOLDER

    @property
    def lists(self) -> Path:
        """Folder of the feeds and of what is built of them."""
        return self.state / LISTS_FOLDER

    @property
    def preference(self) -> Path:
        """Which variant of each model is faster here (`garim doctor`)."""
        return self.state / "models.json"


class Assembly:
    """The parts of one shield.

    Attributes:
        live: The policy, following its file.
        index: The lists, following what is in force.
        inspections: The way from a body to what was found in it.
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
            FeedError: When the shipped list is damaged.
            OSError: When the state folder cannot be written.
            PrivateFileError: When somebody else can get at what is private.
        """
        private_files.ensure_folder(places.state)
        self._places = places
        self.live = LivePolicy(places.policy)
        policy = self.live.current
        defaults = model_defaults(places.models)
        secrets = keys.load(places.log)
        generations_folder(places.lists).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.index = index = lists_of(places)
        self.metrics = Metrics()
        self.events = EventLog(places.log, policy.log, on_drop=self.metrics.events_dropped)
        self.pool = InspectorPool(
            worker_config(policy, places),
            generation=lambda: index.generation,
            size=policy.limits.workers or None,
            queue_limit=policy.limits.queue,
            patience=policy.limits.wait_ms / 1000,
        )
        self.cache = VerdictCache(places.state / "verdicts.sqlite")
        self._zones = Zones(policy.zones, secrets.derived("zones"))
        self._zones.load(places.state / ZONES_FILE)
        quarantine = Quarantine(places.state / QUARANTINE_FILE, on_held=self._held)
        staleness = Staleness(places.lists)
        recorder = Recorder(self.events, self.metrics, self.versions)
        verdicts = Verdicts(self.live, self._zones, defaults, quarantine, staleness)
        answering = Answering(Replacer(self.pool), index.keeper)
        validators = Validators(self.cache, secrets.derived("validators"))
        self.inspections = Inspections(
            self.pool,
            self.cache,
            index,
            secret=secrets.derived("verdicts"),
            min_bytes=policy.limits.min_bytes,
        )
        gate = Gate(
            policy=self.live,
            index=index,
            inspections=self.inspections,
            validators=validators,
            verdicts=verdicts,
            answering=answering,
            recorder=recorder,
        )
        files = Files(
            index=index,
            decide=verdicts.decided,
            condemned=Condemned(secrets.derived("condemned"), lambda: index.version),
            validators=validators,
            recorder=recorder,
        )
        self.shield = Shield(
            policy=self.live,
            index=index,
            gate=gate,
            inspections=self.inspections,
            validators=validators,
            answering=answering,
            verdicts=verdicts,
            files=files,
            zones=self._zones,
            staleness=staleness,
            recorder=recorder,
        )
        self._figures = Figures(
            self.metrics,
            pool=self.pool,
            cache=self.cache,
            budget=self.shield.budget,
            index=index,
            quarantine=quarantine,
            staleness=staleness,
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
        """Versions of models, lists and policy."""
        return {
            "models": self.pool.models,
            "lists": self.index.version,
            "policy": self.live.version,
        }

    def render_metrics(self) -> bytes:
        """All figures in Prometheus' format, with the gauges of this moment."""
        return self._figures.render()

    def _held(self, _held: Held) -> None:
        self.metrics.quarantines.inc()


def lists_of(places: Places) -> LiveIndex:
    """Return the lists in force, ready to be followed.

    Raises:
        FeedError: When the shipped list is damaged.
    """
    return LiveIndex(places.lists, builtin() if places.builtin_list else NoLists())


def worker_config(policy: Policy, places: Places) -> WorkerConfig:
    """Settings of the inspectors for a policy."""
    limits = policy.limits
    return WorkerConfig(
        models=places.models,
        lists=generations_folder(places.lists),
        builtin_list=places.builtin_list,
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
