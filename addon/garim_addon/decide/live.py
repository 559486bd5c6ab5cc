"""The policy in force, kept current with its file; a bad file never replaces a good policy.

Rules:
- Nothing runs by itself: the host calls `refresh` at most once a second.
- A look costs one `stat`; the file is read only when its time, size or identity changed, and also
  once more when it was written so lately that a second writing may bear the same time.
- A file that is broken, unreadable or gone leaves the policy in force; `error` says why until the
  file is good again, and each new reason is logged once.
- At start there is no old policy to keep, so a bad file is an error there.
"""

import logging
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from garim_addon.decide.policy import Policy, decoded, read
from garim_addon.decide.policy_error import PolicyError

_log = logging.getLogger(__name__)

_FRESH = 2.0
"""Seconds in which two writings may share a file time (FAT counts in steps of two)."""

type _Stamp = tuple[int, int, int, int]


class LivePolicy:
    """A policy that follows its file.

    Attributes:
        current: The policy in force.
        version: Digest of the file it came from (16 hex digits), or `default`.
        error: Why the file as it stands now is not in force, or `None`.
        errors: How many bad files were met so far.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        """Load the policy.

        Args:
            path: The policy file; without one the home profile is in force for good.
            clock: Seconds since the epoch.

        Raises:
            PolicyError: When the file cannot be used.
        """
        self._path = path
        self._clock = clock
        self._stamp: _Stamp | None = None
        self._recheck = False
        self._seen = b""
        self.current = Policy.preset()
        self.version = "default"
        self.error: PolicyError | None = None
        self.errors = 0
        if path is not None:
            self._look(path)
            if self.error is not None:
                raise self.error

    def refresh(self) -> bool:
        """Reload the file if it changed.

        Returns:
            Whether another policy is in force now. Never raises for what the file is like.
        """
        return self._path is not None and self._look(self._path)

    def _look(self, path: Path) -> bool:
        stamp = _stamp(path)
        if stamp is not None and stamp == self._stamp and not self._recheck:
            return False
        try:
            body = read(path)
        except PolicyError as error:
            self._stamp, self._seen = None, b""
            return self._refused(error)
        self._stamp = stamp
        self._recheck = stamp is not None and abs(self._clock() - stamp[0] / 1e9) < _FRESH
        digest = blake2b(body, digest_size=8).digest()
        if digest == self._seen:
            return False
        self._seen = digest
        return self._take(body, path.name, digest.hex())

    def _take(self, body: bytes, name: str, version: str) -> bool:
        if version == self.version:
            self.error = None
            return False
        try:
            policy = Policy.parse(decoded(body, name), name)
        except PolicyError as error:
            return self._refused(error)
        self.current, self.version, self.error = policy, version, None
        return True

    def _refused(self, error: PolicyError) -> bool:
        if self.error is None or str(error) != str(self.error):
            self.errors += 1
            if self.version != "default":  # at the start there is none to keep, and it is raised
                _log.warning("policy kept as it was: %s", error)
        self.error = error
        return False


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns
