"""What the pool says of itself."""

from dataclasses import dataclass

from garim_addon.judge.sandbox_report import SandboxPart
from garim_addon.verdict import FailureCause


@dataclass(frozen=True, slots=True)
class PoolStats:
    """A snapshot of the pool for metrics and `garim doctor`.

    Attributes:
        size: Workers that there should be.
        alive: Workers that there are.
        busy: Workers that have a job.
        queued: Jobs that wait.
        queue_longest: The most jobs that ever waited.
        jobs: Questions asked, by kind (`judge`, `placeholder`, `ping`).
        failures: Questions that failed, by cause.
        restarts: Workers that were lost and had to be replaced.
        recycles: Workers replaced for age or size.
        rss: Resident memory of each worker in bytes.
        start_failure: Why the last start failed; `""` when it did not.
        degraded: Why the workers run no classifier although they should; `""` when they do.
        models: Name, version and variant of each loaded model.
        sandbox: What a worker gave up, part by part.
    """

    size: int
    alive: int
    busy: int
    queued: int
    queue_longest: int
    jobs: dict[str, int]
    failures: dict[FailureCause, int]
    restarts: int
    recycles: int
    rss: tuple[int, ...]
    start_failure: str
    degraded: str
    models: tuple[str, ...]
    sandbox: tuple[SandboxPart, ...]
