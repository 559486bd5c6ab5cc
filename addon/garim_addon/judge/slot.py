"""One place in the pool: keeps one inspector process alive and gives it one job after another.

Rules:
- A process that dies, hangs or answers garbage costs the job it had; it is replaced at once, and
  with growing pauses only when processes keep ending before they did any work.
- A process that grew or is old is replaced between jobs, by a successor that is ready before the
  old one goes; one slot at a time, so that memory does not double.
- A job that waited long before it began does not cost its worker: the asker stops waiting at the
  deadline, but the process is killed only when it has had the job itself for as long as the whole
  deadline. Otherwise one moment of load would kill healthy workers and so prolong itself.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from garim_addon.judge.backoff import Backoff
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.greeting import Ready
from garim_addon.judge.jobs import Job, JobQueue
from garim_addon.judge.process import InspectorProcess, StartError
from garim_addon.judge.protocol import ProtocolError
from garim_addon.judge.renewal import Renewal
from garim_addon.verdict import FailureCause, Inspection

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Shared:
    """What the slots of one pool have in common.

    Attributes:
        config: Settings of each worker.
        generation: Says which generation of the lists is in force.
        command: Program and arguments that start a worker.
        spawn_timeout: Seconds until a worker must be ready.
        recycle_jobs: Jobs after which a worker is replaced.
        recycle_rss: Bytes of resident memory from which on it is replaced.
        queue: Jobs that wait.
        changed: Set when a job came, a process became ready, failed to start or ended.
        recycling: Held by the slot that raises a successor.
        ready: What the last process to become ready said.
        start_failure: Why the last failed start failed; `""` after a success.
        restarts: Processes that were lost and had to be replaced.
        recycles: Processes replaced for age or size.
        slots: The slots themselves.
    """

    config: WorkerConfig
    generation: Callable[[], str]
    command: Sequence[str]
    spawn_timeout: float
    recycle_jobs: int
    recycle_rss: int
    queue: JobQueue
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    recycling: asyncio.Lock = field(default_factory=asyncio.Lock)
    ready: Ready | None = None
    start_failure: str = ""
    restarts: int = 0
    recycles: int = 0
    slots: "list[Slot]" = field(default_factory=list)

    def broken(self) -> FailureCause | None:
        """Return why nothing can start, when no slot has a process and the last start failed."""
        if any(slot.alive or slot.broken is None for slot in self.slots):
            return None
        return next((slot.broken for slot in self.slots), None)


class Slot:
    """One place in the pool; `run` is its task.

    Attributes:
        process: The process that gets the jobs, or `None` while there is none.
        broken: Why the last start failed, or `None` when it did not fail.
        busy: Whether a job is running.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._successor: asyncio.Task[InspectorProcess | None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._starts = Backoff(first=0.2, longest=30.0)
        self._losses = Backoff(first=0.1, longest=1.0)
        self._renewal = Renewal(jobs=shared.recycle_jobs, rss=shared.recycle_rss)
        self.process: InspectorProcess | None = None
        self.broken: FailureCause | None = None
        self.busy = False

    @property
    def alive(self) -> bool:
        """Whether there is a process that can be asked."""
        return self.process is not None and self.process.alive

    async def run(self) -> None:
        """Work until cancelled; leaves no process behind."""
        try:
            while True:
                await self._guarded_turn()
        finally:
            await self._leave()

    async def _guarded_turn(self) -> None:
        try:
            await self._turn()
        except Exception:
            # A mistake of ours must not silently cost a slot for good.
            logger.exception("inspector pool: a slot failed and goes on")
            await asyncio.sleep(self._losses.pause())

    async def _turn(self) -> None:
        process = await self._living()
        job = self._shared.queue.take()
        if job is None:
            await self._idle(process)
        elif not job.answer.done():
            await self._work(process, job)

    async def _living(self) -> InspectorProcess:
        """Return a process that can be asked; starts one when there is none."""
        while True:
            self._exchange()
            if self.process is not None and self.process.alive:
                return self.process
            if self._successor is not None:
                await asyncio.wait([self._successor])
                continue
            await self._bury()
            try:
                self._adopt(await self._start())
            except StartError as error:
                self._break(error)
                await asyncio.sleep(self._starts.pause())

    async def _bury(self) -> None:
        """Clear away a lost process; pauses when one after another ends without any work."""
        lost, self.process = self.process, None
        if lost is None:
            return
        await lost.close()
        self._shared.restarts += 1
        if lost.jobs:
            self._losses.count = 0
        else:
            await asyncio.sleep(self._losses.pause())

    async def _start(self) -> InspectorProcess:
        shared = self._shared
        config = replace(shared.config, generation=shared.generation())
        process = await InspectorProcess.start(config, shared.command, shared.spawn_timeout)
        process.gone.add_done_callback(lambda _: shared.changed.set())
        return process

    def _adopt(self, process: InspectorProcess) -> None:
        self.process, self.broken = process, None
        self._starts.count = 0
        self._shared.ready, self._shared.start_failure = process.ready, ""
        self._renewal.adopted(process, asyncio.get_running_loop().time())
        self._shared.changed.set()

    def _break(self, error: StartError) -> None:
        """Note a failed start; when no slot can start, whoever waits hears of it at once."""
        shared = self._shared
        shared.start_failure = str(error)
        if not self.alive:
            self.broken = error.cause
        cause = shared.broken()
        if cause is not None:
            shared.queue.fail_all(cause)
        shared.changed.set()

    async def _idle(self, process: InspectorProcess) -> None:
        self._shared.changed.clear()
        if process.alive and not (self._successor is not None and self._successor.done()):
            await self._shared.changed.wait()

    async def _work(self, process: InspectorProcess, job: Job) -> None:
        now = asyncio.get_running_loop().time()
        cause = FailureCause.INTERNAL
        self.busy = True
        try:
            async with asyncio.timeout_at(now + job.budget):
                answer = await process.ask(job)
                job.succeed(answer)
        except TimeoutError:
            cause = FailureCause.TIMEOUT
        except (EOFError, ConnectionError):
            cause = FailureCause.CRASH
        except ProtocolError:
            cause = FailureCause.INTERNAL
        else:
            self._refresh(process, behind=_behind(job, answer))
            return
        finally:
            self.busy = False
            job.fail(cause)
        await process.close()

    def _refresh(self, process: InspectorProcess, *, behind: bool) -> None:
        """Raise a successor when this process, which has just answered, is due to go."""
        now = asyncio.get_running_loop().time()
        if self._successor is None and self._renewal.due(process, now, behind=behind):
            self._successor = asyncio.create_task(self._raise_successor())
            self._successor.add_done_callback(lambda _: self._shared.changed.set())

    async def _raise_successor(self) -> InspectorProcess | None:
        async with self._shared.recycling:
            try:
                return await self._start()
            except StartError as error:
                self._break(error)
        await asyncio.sleep(self._starts.pause())
        return None

    def _exchange(self) -> None:
        """Put a successor that is ready in the place of the process that is due to go."""
        if self._successor is None or not self._successor.done():
            return
        successor, self._successor = self._successor.result(), None
        if successor is None:
            return
        if self.process is not None:
            self._dismiss(self.process)
            self._shared.recycles += 1
        self._adopt(successor)

    def _dismiss(self, process: InspectorProcess) -> None:
        leaving = asyncio.create_task(process.close())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _leave(self) -> None:
        if self._successor is not None:
            self._successor.cancel()
            await asyncio.wait([self._successor])
            if not self._successor.cancelled():
                self._exchange()
        if self.process is not None:
            self._dismiss(self.process)
        if self._leaving:
            await asyncio.wait(self._leaving)


def _behind(job: Job, answer: object) -> bool:
    """Whether an answer is by other lists than those that the job named."""
    return isinstance(answer, Inspection) and answer.lists != job.header["lists"]
