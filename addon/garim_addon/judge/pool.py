"""The inspector pool: asks worker processes to judge bodies and to paint placeholders.

Rules:
- Asking never raises for a failed job: the answer is an `Inspection` with its `FailureCause`, and
  policy decides. A failure is counted.
- The deadline counts from when a worker takes the job: a page of 200 pictures asks for all of them
  at once, and the last one is no slower to judge than the first. Waiting has a limit of its own; a
  job that waited too long is never run.
- The queue is bounded; over it the answer is `OVERLOADED` at once.
- When no worker can start, the answer comes at once with the cause of the failed start.
- Runs in the process that holds the CA key: nothing here decodes media, and what a worker sends is
  checked before it is believed.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from garim_addon.judge import protocol
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.jobs import Job, JobError, JobQueue
from garim_addon.judge.pool_stats import PoolStats
from garim_addon.judge.process import COMMAND
from garim_addon.judge.slot import Shared, Slot
from garim_addon.verdict import FailureCause, Inspection

if TYPE_CHECKING:
    from garim_addon.act.placeholder_spec import PlaceholderSpec

_QUEUE_BYTES = 128 << 20


class InspectorPool:
    """N inspector processes that heal themselves. Everything happens in one event loop.

    Args:
        config: Settings of each worker.
        generation: Says which generation of the lists is in force.
        size: Workers; by default one for each core that this process may use.
        queue_limit: Jobs that may wait.
        patience: Seconds that a job may wait for a worker, besides its deadline.
        spawn_timeout: Seconds until a worker must be ready.
        recycle_jobs: Jobs after which a worker is replaced.
        recycle_rss: Bytes of resident memory from which on a worker is replaced.
        worker_command: Program and arguments that start a worker, where it is not this interpreter.
    """

    def __init__(
        self,
        config: WorkerConfig,
        *,
        generation: Callable[[], str] = str,
        size: int | None = None,
        queue_limit: int = 256,
        patience: float = 0.0,
        spawn_timeout: float = 30.0,
        recycle_jobs: int = 20_000,
        recycle_rss: int = 400 << 20,
        worker_command: Sequence[str] | None = None,
    ) -> None:
        self._config = config
        self._size = size if size is not None else _cores()
        self._patience = patience
        self._queue = JobQueue(limit=queue_limit, byte_limit=_QUEUE_BYTES)
        self._shared = Shared(
            config=config,
            generation=generation,
            command=tuple(worker_command or COMMAND),
            spawn_timeout=spawn_timeout,
            recycle_jobs=recycle_jobs,
            recycle_rss=recycle_rss,
            queue=self._queue,
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._jobs: Counter[str] = Counter()
        self._failures: Counter[FailureCause] = Counter()

    async def start(self) -> None:
        """Start the workers; returns when one is ready or when none can start."""
        shared = self._shared
        shared.slots = [Slot(shared) for _ in range(self._size)]
        self._tasks = [asyncio.create_task(slot.run()) for slot in shared.slots]
        while shared.ready is None and shared.broken() is None:
            shared.changed.clear()
            await shared.changed.wait()

    async def close(self) -> None:
        """End all workers; returns when no process is left. Whoever waits gets `INTERNAL`."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._queue.fail_all(FailureCause.INTERNAL)

    async def judge(self, body: bytes, *, encoding: str = "", deadline: float) -> Inspection:
        """Have a body inspected with the lists that are in force now.

        Args:
            body: The bytes as they travelled.
            encoding: The `Content-Encoding` they travelled in, or `""`.
            deadline: Seconds that a worker may take for it.

        Returns:
            What was found; an `Inspection` with a `failure` when the job failed. Its `lists` names
            the generation that was asked, which is an older one when the worker could not open the
            one in force; that is counted as `LIST_STALE`.
        """
        cap = min(self._config.limits.max_bytes, protocol.MAX_PAYLOAD)
        generation = self._shared.generation()
        header = {"op": "judge", "encoding": encoding[:256], "lists": generation}
        try:
            if len(body) > cap:
                raise JobError(FailureCause.TOO_LARGE)  # noqa: TRY301 - counted like the others
            found: Inspection = await self._ask(
                header, body, "inspection", protocol.MAX_INSPECTION, deadline
            )
        except JobError as error:
            found = Inspection(failure=error.cause)
        if found.failure is not None:
            self._failures[found.failure] += 1
        elif found.lists != generation:
            self._failures[FailureCause.LIST_STALE] += 1
        return found

    async def placeholder(
        self, spec: "PlaceholderSpec", body: bytes = b"", *, deadline: float = 2.0
    ) -> bytes | None:
        """Have a placeholder painted.

        Args:
            spec: What to paint.
            body: The original, where the style needs it.
            deadline: Seconds until there must be an answer.

        Returns:
            The picture file, or `None` when it could not be made.
        """
        header = {"op": "placeholder", "spec": spec.to_dict()}
        picture: bytes | None = await self._try(header, body, "picture", deadline)
        return picture or None

    async def ping(self, *, deadline: float = 2.0) -> bool:
        """Whether a worker answers."""
        return await self._try({"op": "ping"}, b"", "pong", deadline) is not None

    @property
    def models(self) -> str:
        """Names, versions and variants of the models of the last worker; `""` before the first."""
        ready = self._shared.ready
        return "" if ready is None else " ".join(ready.models) or "none"

    @property
    def stats(self) -> PoolStats:
        """A snapshot."""
        shared, ready = self._shared, self._shared.ready
        living = [s for s in shared.slots if s.alive]
        return PoolStats(
            size=self._size,
            alive=len(living),
            busy=sum(slot.busy for slot in living),
            queued=len(self._queue),
            queue_longest=self._queue.longest,
            jobs=dict(self._jobs),
            failures=dict(self._failures),
            restarts=shared.restarts,
            recycles=shared.recycles,
            rss=tuple(slot.process.rss for slot in living if slot.process is not None),
            start_failure=shared.start_failure,
            degraded="" if ready is None else ready.degraded,
            models=() if ready is None else ready.models,
            sandbox=() if ready is None else ready.sandbox,
        )

    async def _try(
        self, header: dict[str, Any], payload: bytes, answers: str, deadline: float
    ) -> bytes | None:
        try:
            answer: bytes = await self._ask(
                header, payload, answers, protocol.MAX_PAYLOAD, deadline
            )
        except JobError as error:
            self._failures[error.cause] += 1
            return None
        return answer

    async def _ask(
        self,
        header: dict[str, Any],
        payload: bytes,
        answers: str,
        max_answer: int,
        deadline: float,
    ) -> Any:  # noqa: ANN401 - what the job's parser returns
        self._jobs[header["op"]] += 1
        loop = asyncio.get_running_loop()
        job = Job(
            header=header,
            payload=payload,
            answers=answers,
            max_answer=max_answer,
            parse=Inspection.from_json if answers == "inspection" else bytes,
            budget=deadline,
            expires=loop.time() + self._patience + deadline,
            answer=loop.create_future(),
        )
        self._submit(job)
        try:
            async with asyncio.timeout_at(job.expires):
                return await job.answer
        except TimeoutError:
            raise JobError(FailureCause.TIMEOUT) from None
        finally:
            self._queue.drop(job)
            if not job.answer.cancel() and not job.answer.cancelled():
                job.answer.exception()  # it came too late; say that it was seen

    def _submit(self, job: Job) -> None:
        cause = self._shared.broken() if self._tasks else FailureCause.INTERNAL
        if cause is not None:
            raise JobError(cause)
        if not self._queue.put(job):
            raise JobError(FailureCause.OVERLOADED)
        self._shared.changed.set()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
