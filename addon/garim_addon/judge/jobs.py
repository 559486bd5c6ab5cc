"""Jobs that wait for an inspector process: a bounded first-in first-out queue.

Rules:
- Bounded by count and by bytes: over either the job is refused at once, so that policy can decide
  ("lists only") while there is still time.
- A job whose asker has given up (deadline, cancellation) leaves the queue at once and is never run.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from garim_addon.verdict import FailureCause


class JobError(Exception):
    """A job that no answer came of.

    Attributes:
        cause: What policy's fail matrix is asked with.
    """

    def __init__(self, cause: FailureCause) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(slots=True, eq=False)
class Job:
    """One question to an inspector process.

    Attributes:
        header: Header of the frame to send, without its `id`.
        payload: Payload of the frame.
        answers: The `op` that a right answer has.
        max_answer: Bytes that a right answer's payload may have.
        parse: Turns that payload into the answer's value; raises `ValueError` for garbage.
        budget: Seconds that a worker may take for the job alone.
        expires: Loop time at which the asker stops waiting.
        answer: The value or a `JobError`; done early when the asker gives up.
    """

    header: dict[str, Any]
    payload: bytes
    answers: str
    max_answer: int
    parse: Callable[[bytes], Any]
    budget: float
    expires: float
    answer: asyncio.Future[Any]

    def succeed(self, value: object) -> None:
        """Hand over the answer, unless nobody waits for it any more."""
        if not self.answer.done():
            self.answer.set_result(value)

    def fail(self, cause: FailureCause) -> None:
        """Say that no answer will come, unless nobody waits for it any more."""
        if not self.answer.done():
            self.answer.set_exception(JobError(cause))


class JobQueue:
    """The queue.

    Attributes:
        longest: The most jobs that ever waited.
    """

    def __init__(self, *, limit: int, byte_limit: int) -> None:
        self._limit = limit
        self._byte_limit = byte_limit
        self._jobs: dict[Job, None] = {}
        self._bytes = 0
        self.longest = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job) -> bool:
        """Append a job; `False` when the queue is full."""
        if len(self._jobs) >= self._limit or self._bytes + len(job.payload) > self._byte_limit:
            return False
        self._jobs[job] = None
        self._bytes += len(job.payload)
        self.longest = max(self.longest, len(self._jobs))
        return True

    def take(self) -> Job | None:
        """Remove and return the oldest job, or `None`."""
        job = next(iter(self._jobs), None)
        if job is not None:
            self.drop(job)
        return job

    def drop(self, job: Job) -> None:
        """Remove a job; one that was taken already is no matter."""
        if job in self._jobs:
            del self._jobs[job]
            self._bytes -= len(job.payload)

    def fail_all(self, cause: FailureCause) -> None:
        """Remove all jobs and fail them."""
        while (job := self.take()) is not None:
            job.fail(cause)
