"""How many bytes of bodies may be held at once, over all exchanges.

Rules:
- Reserved before the first byte is held; what does not fit is not held (policy decides then).
- Given back exactly once, however the exchange ends.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """A count of held bytes with a limit. One event loop, no locks.

    Attributes:
        limit: Bytes that may be held together.
        held: Bytes reserved now.
        peak: The most that was ever reserved at once.
        returned: Bytes given back so far.
    """

    limit: int
    held: int = 0
    peak: int = 0
    returned: int = 0

    def reserve(self, size: int) -> "Reservation | None":
        """Reserve `size` bytes; `None` when they do not fit."""
        if size < 0 or self.held + size > self.limit:
            return None
        self.held += size
        self.peak = max(self.peak, self.held)
        return Reservation(self, size)


@dataclass(slots=True)
class Reservation:
    """Bytes that one exchange holds."""

    _budget: Budget
    size: int

    def grow(self, size: int) -> bool:
        """Hold `size` bytes instead; `False` (and nothing changed) when they do not fit."""
        more = size - self.size
        if self._budget.held + more > self._budget.limit:
            return False
        self._budget.held += more
        self._budget.peak = max(self._budget.peak, self._budget.held)
        self.size = size
        return True

    def release(self) -> None:
        """Give the bytes back; a second call does nothing."""
        self._budget.held -= self.size
        self._budget.returned += self.size
        self.size = 0
