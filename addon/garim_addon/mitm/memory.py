"""Give memory back to the system after large bodies went through.

Rules:
- mitmproxy's flows are cycles: a judged body stays until the collector looks at its oldest
  generation, which a busy proxy rarely reaches. So it is asked for by bytes, not by count.
- glibc keeps freed pages for itself; where it is the C library, it is asked to return them.
"""

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache

EVERY = 8 << 20
"""Bytes of released bodies after which it is worth it; a call takes a few milliseconds."""


class Housekeeping:
    """Collects and trims once enough was released."""

    def __init__(self) -> None:
        self._seen = 0

    def look(self, released: int) -> bool:
        """Tidy up if enough came together since the last time.

        Args:
            released: Bytes of bodies that were held and given back so far.

        Returns:
            Whether it did.
        """
        if released - self._seen < EVERY:
            return False
        self._seen = released
        gc.collect()
        trim = _trim()
        if trim is not None:
            trim(0)
        return True


@cache
def _trim() -> Callable[[int], int] | None:
    """Return glibc's `malloc_trim`, or `None` where there is none."""
    if sys.platform != "linux":
        return None
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    return found
