"""Hosts that are passed through for a while because decrypting them would break them.

Rules:
- A host is learned when its client refused our certificate (pinning) or when its own certificate is
  in doubt (then the browser shall show its own error).
- Never a host that a list names: `listed` is asked when it is learned and when it is looked up.
- Only that very host, only for a time, only so many; the one that would end first makes room.

Weakness: any program on the machine can refuse our certificate on purpose and so open a way for its
host for a day. Edge deployments should switch learning off (`most=0`) and keep a signed list.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from garim_addon.decide.hosts import normal


class Cause(StrEnum):
    """Why a host was learned."""

    CLIENT_REFUSED = "client-refused"
    UPSTREAM_DOUBTFUL = "upstream-doubtful"


SECONDS = {Cause.CLIENT_REFUSED: 24 * 3600.0, Cause.UPSTREAM_DOUBTFUL: 600.0}
"""How long a host stays learned."""


@dataclass(frozen=True, slots=True)
class LearnedHost:
    """One learned host.

    Attributes:
        host: Its name in the one spelling.
        cause: Why it was learned.
        since: When, in seconds since the epoch.
        until: When it is forgotten.
    """

    host: str
    cause: Cause
    since: float
    until: float


class Learned:
    """Learned pass-through, in memory only."""

    def __init__(
        self,
        listed: Callable[[str], bool],
        *,
        most: int = 1024,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Start with none.

        Args:
            listed: Whether a list names the host.
            most: Hosts that are kept at most; 0 switches learning off.
            clock: Seconds since the epoch.
        """
        self._listed = listed
        self._most = most
        self._clock = clock
        self._hosts: dict[str, LearnedHost] = {}

    def learn(self, host: str, cause: Cause) -> bool:
        """Remember `host` from now on; return whether it was taken."""
        name, now = normal(host), self._clock()
        if not name or self._most <= 0 or self._listed(name):
            return False
        until = now + SECONDS[cause]
        old = self._hosts.get(name)
        if old is not None and old.until >= until:
            return True
        if old is None and len(self._hosts) >= self._most:
            self._make_room(now)
        self._hosts[name] = LearnedHost(name, cause, now, until)
        return True

    def find(self, host: str) -> LearnedHost | None:
        """Return the entry of `host` while it holds."""
        if not self._hosts:
            return None
        entry = self._hosts.get(normal(host))
        if entry is None:
            return None
        if entry.until <= self._clock() or self._listed(entry.host):
            del self._hosts[entry.host]
            return None
        return entry

    def entries(self) -> tuple[LearnedHost, ...]:
        """List what holds now, the youngest first."""
        found = (self.find(host) for host in tuple(self._hosts))
        return tuple(sorted((e for e in found if e), key=lambda e: -e.since))

    def forget(self, host: str = "") -> None:
        """Forget one host, or all of them (after the root certificate was installed)."""
        if host:
            self._hosts.pop(normal(host), None)
        else:
            self._hosts.clear()

    def _make_room(self, now: float) -> None:
        for name in [e.host for e in self._hosts.values() if e.until <= now]:
            del self._hosts[name]
        if len(self._hosts) >= self._most:
            del self._hosts[min(self._hosts.values(), key=lambda e: e.until).host]
