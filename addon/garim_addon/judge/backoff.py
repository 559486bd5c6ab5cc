"""Growing pauses between attempts."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Pauses that double.

    Attributes:
        first: Seconds of the first pause.
        longest: Seconds that no pause is over.
        count: Failures since the last success.
    """

    first: float
    longest: float
    count: int = 0

    def pause(self) -> float:
        """Return the next pause in seconds and count a failure."""
        self.count += 1
        return min(self.longest, self.first * 2.0 ** min(self.count - 1, 32))
