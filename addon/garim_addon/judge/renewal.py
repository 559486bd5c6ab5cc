"""When an inspector process that works is replaced on purpose.

Rules:
- It grew past a limit, or it is old.
- It runs without its models: then from time to time, since they may be back.
- It could not open the lists in force. A successor may: it opens them before it gives up files,
  where a machine has no way to leave it some of them (no Landlock). That, too, ever more rarely.
"""

from garim_addon.judge.backoff import Backoff
from garim_addon.judge.process import InspectorProcess

_GROWTH = 1.25
"""A fresh worker that is over the limit already is not replaced until it grew by this factor."""


class Renewal:
    """Says of one slot's process whether it is due to go.

    Args:
        jobs: Jobs after which it is.
        rss: Bytes of its own memory from which on it is.
    """

    def __init__(self, *, jobs: int, rss: int) -> None:
        self._jobs = jobs
        self._rss = rss
        self._models = _Retry()
        self._lists = _Retry()

    def adopted(self, process: InspectorProcess, now: float) -> None:
        """Note that a process took the slot.

        Args:
            process: It.
            now: Seconds on a clock that only moves on.
        """
        if process.ready.degraded:
            self._models.tried(now)
        else:
            self._models.forget()

    def due(self, process: InspectorProcess, now: float, *, behind: bool) -> bool:
        """Whether a process that has just answered is due to go.

        Args:
            process: It.
            now: Seconds on a clock that only moves on.
            behind: Whether it answered by older lists than it was asked to.
        """
        if not behind:
            self._lists.forget()
        elif now >= self._lists.at:
            self._lists.tried(now)
            return True
        if process.ready.degraded and now >= self._models.at:
            return True
        grown = max(self._rss, int(process.ready.rss * _GROWTH))
        return process.rss > grown or process.jobs >= self._jobs


class _Retry:
    """When something may be tried again.

    Attributes:
        at: From then on.
    """

    def __init__(self) -> None:
        self._backoff = Backoff(first=5.0, longest=300.0)
        self.at = 0.0

    def tried(self, now: float) -> None:
        self.at = now + self._backoff.pause()

    def forget(self) -> None:
        self._backoff.count, self.at = 0, 0.0
