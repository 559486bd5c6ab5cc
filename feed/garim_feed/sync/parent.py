"""Is the one who started this process still there?

Rules:
- It is gone when standard input is a pipe and ends, or when the parent's id changes (where the
  system tells; Windows does not).
- Standard input that is no pipe says nothing: a service manager gives none.
"""

import os
import stat
import sys
import threading
from collections.abc import Callable


class Parent:
    """Whoever started this process.

    Args:
        ended: Called from another thread when standard input ends.
    """

    def __init__(self, ended: Callable[[], None] = lambda: None) -> None:
        self._id = os.getppid()
        self._over = threading.Event()
        handle = _pipe()
        if handle is not None:
            threading.Thread(target=self._read, args=(handle, ended), daemon=True).start()

    def gone(self) -> bool:
        """Whether it is gone."""
        return self._over.is_set() or os.getppid() != self._id

    def _read(self, handle: int, ended: Callable[[], None]) -> None:
        while os.read(handle, 4096):
            pass
        self._over.set()
        ended()


def _pipe() -> int | None:
    """Return the descriptor of standard input if it is a pipe."""
    try:
        handle = sys.stdin.fileno()
        mode = os.fstat(handle).st_mode
    except (AttributeError, OSError, ValueError):
        return None  # There is none, or it is no file.
    return handle if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
