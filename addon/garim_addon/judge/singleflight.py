"""Equal questions in flight share one answer.

Rules:
- The first asker's question runs; whoever asks the same before it is answered gets its answer.
- A failure is shared with those who wait, and is not remembered: the next asker asks anew.
- The question is nobody's own: an asker that is cancelled leaves the others waiting undisturbed. It
  is cancelled only when the last one has left.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class _Flight[V]:
    task: asyncio.Task[V]
    waiting: int = 0


class SingleFlight[K: Hashable, V]:
    """Shares answers by key; for one event loop.

    Attributes:
        shared: Questions that were answered by another's question.
    """

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[V]] = {}
        self.shared = 0

    def __len__(self) -> int:
        return len(self._flights)

    async def ask(self, key: K, question: Callable[[], Awaitable[V]]) -> V:
        """Return the answer to `question`, asked here or already in flight under `key`.

        Args:
            key: Equal for questions that have the same answer.
            question: Called when nothing is in flight under `key`.

        Raises:
            Exception: What the question raised, for each asker.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._start(key, question)
        else:
            self.shared += 1
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._forget(key, flight)
                flight.task.cancel()

    def _start(self, key: K, question: Callable[[], Awaitable[V]]) -> _Flight[V]:
        async def run() -> V:
            return await question()

        flight = _Flight(asyncio.create_task(run()))
        self._flights[key] = flight
        flight.task.add_done_callback(lambda _: self._forget(key, flight))
        return flight

    def _forget(self, key: K, flight: _Flight[V]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
