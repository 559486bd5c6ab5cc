"""How slowly a body may come: endless and trickling downloads are cut off.

Rules:
- More bytes than were signed for are never read.
- After a first while, a body that comes slower than the floor for a whole window is given up. What
  came of a large file is kept, so a slow line that is not an attack still gets there in the end.

Weakness: between two chunks nothing is counted; that a single wait ends is the source's business
(its read time limit, and `Source.within`).
"""

import time
from collections.abc import Callable, Iterator

from tuf.api.exceptions import DownloadLengthMismatchError, SlowRetrievalError

FLOOR = 1_024
"""Bytes a second."""
WINDOW = 30.0
"""Seconds over which the floor is measured, and within which nothing is said."""


def paced(
    chunks: Iterator[bytes],
    limit: int,
    *,
    floor: int = FLOOR,
    window: float = WINDOW,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """Yield a body's chunks while it keeps to the rules.

    Args:
        chunks: The body.
        limit: Bytes that it may have at most.
        floor: Bytes a second that it must have at least.
        window: Seconds over which the floor is measured.
        monotonic: The clock.

    Raises:
        DownloadLengthMismatchError: When it is longer than the limit.
        SlowRetrievalError: When it comes too slowly.
    """
    total = seen = 0
    since = monotonic()
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise DownloadLengthMismatchError(f"more than {limit} bytes")
        seen += len(chunk)
        passed = monotonic() - since
        if passed >= window:
            if seen < floor * passed:
                raise SlowRetrievalError(f"{seen} bytes in {passed:.0f} s")
            since, seen = monotonic(), 0
        yield chunk
