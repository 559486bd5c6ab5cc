"""What is known of a site: a Beta posterior of its condemned share, as a small shift of thresholds.

Rules:
- Each site has a share of condemned pictures with a Beta posterior: the prior's pseudo-counts plus
  what was seen, where an observation counts half after `half_life_days` (exponential forgetting).
- The zone lists of policy are strong priors; an unknown site expects `base_rate`.
- The shift grows with the difference of log-odds to `base_rate` and is cut to +-`max_shift`. It is
  given to the classifier's thresholds only; `judge.confirm` lets no list match depend on them.
- Feed it the outcome under unshifted thresholds: else a lowered threshold would condemn more, and
  lower itself again.
- Sites are kept under keyed digests, in memory and on disk: the file is no browsing history.
- At most `max_sites` are kept; the longest unseen is forgotten first.

Weakness: a site can earn leniency with thousands of harmless pictures before it shows another. That
is why the shift is bounded and forgets.
"""

import json
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from garim_addon import private_files
from garim_addon.decide import settings
from garim_addon.decide.hosts import HostList
from garim_addon.decide.site import site_of

_STEP = 0.05
"""Shift for each unit of log-odds: a share 20 times below the base rate earns the full 0.15."""

_GUILTY = 0.95
_INNOCENT = 1 / 20
_DAY = 86_400.0
_MAX_FILE = 16 << 20
_MAX_COUNT = 1e9
_VERSION = 1


@dataclass(slots=True)
class _Seen:
    condemned: float
    clean: float
    time: float


class Zones:
    """The sites that were seen lately."""

    def __init__(
        self, config: settings.Zones, key: bytes, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Start with no experience.

        Args:
            config: Policy's `[zones]`.
            key: Secret of this installation, up to 64 bytes; another key forgets a saved file.
            clock: Seconds since the epoch.
        """
        self._key = key
        self._clock = clock
        self._sites: OrderedDict[str, _Seen] = OrderedDict()
        self.configure(config)

    def __len__(self) -> int:
        return len(self._sites)

    def configure(self, config: settings.Zones) -> None:
        """Take another policy's `[zones]`; experience is kept."""
        self._config = config
        self._trusted = HostList(config.trusted)
        self._untrusted = HostList(config.untrusted)
        self._trim()

    def observe(self, host: str, *, condemned: bool) -> None:
        """Count one judged picture of `host`.

        Args:
            host: Where the picture came from.
            condemned: Whether it would have been blocked under unshifted thresholds.
        """
        site, now = self._site(host), self._clock()
        seen = self._sites.get(site)
        if seen is None:
            seen = self._sites[site] = _Seen(0.0, 0.0, now)
            self._trim()
        keep = self._faded(seen, now)
        seen.condemned = seen.condemned * keep + condemned
        seen.clean = seen.clean * keep + (not condemned)
        seen.time = now
        self._sites.move_to_end(site)

    def rate(self, host: str) -> float:
        """Return the posterior mean of the site's condemned share, between 0 and 1 exclusive."""
        mean, weight = self._prior(host)
        guilty, innocent = mean * weight, (1 - mean) * weight
        seen = self._sites.get(self._site(host))
        if seen is not None:
            keep = self._faded(seen, self._clock())
            guilty += seen.condemned * keep
            innocent += seen.clean * keep
        return guilty / (guilty + innocent)

    def shift(self, host: str) -> float:
        """Return how far the classifier's thresholds move for `host`; positive is lenient."""
        most = self._config.max_shift
        distance = _log_odds(self._config.base_rate) - _log_odds(self.rate(host))
        return max(-most, min(most, _STEP * distance))

    def zone(self, host: str) -> str:
        """Return what policy says of `host`: `trusted`, `untrusted` or `neutral`."""
        if host in self._untrusted:
            return "untrusted"
        return "trusted" if host in self._trusted else "neutral"

    def save(self, path: Path) -> None:
        """Write the experience beside `path`, flush it, and move it there.

        Raises:
            OSError: When it cannot be written; the old file is then untouched.
        """
        rows = {
            site: [round(seen.condemned, 4), round(seen.clean, 4), round(seen.time)]
            for site, seen in self._sites.items()
        }
        body = json.dumps({"version": _VERSION, "sites": rows}, separators=(",", ":"))
        private_files.write(path, body.encode())

    def load(self, path: Path) -> bool:
        """Take over a saved experience.

        Returns:
            Whether the file was sound; a missing or broken one leaves the experience as it is.
        """
        try:
            with path.open("rb") as file:
                sites = _parsed(file.read(_MAX_FILE + 1))
        except (OSError, ValueError, OverflowError, RecursionError):
            return False
        self._sites = sites
        self._trim()
        return True

    def _site(self, host: str) -> str:
        return blake2b(site_of(host).encode(), key=self._key, digest_size=12).hexdigest()

    def _prior(self, host: str) -> tuple[float, float]:
        """Return the prior's mean and its weight in pictures."""
        zone = self.zone(host)
        if zone == "untrusted":
            return _GUILTY, self._config.strong_weight
        if zone == "trusted":
            return self._config.base_rate * _INNOCENT, self._config.strong_weight
        return self._config.base_rate, self._config.weight

    def _faded(self, seen: _Seen, now: float) -> float:
        # A clock that was set back must not blow up old counts.
        days = max(0.0, now - seen.time) / _DAY
        return float(0.5 ** min(days / self._config.half_life_days, 1000.0))

    def _trim(self) -> None:
        while len(self._sites) > self._config.max_sites:
            self._sites.popitem(last=False)


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def _parsed(body: bytes) -> OrderedDict[str, _Seen]:
    if len(body) > _MAX_FILE:
        raise ValueError("zones: too large")
    raw = json.loads(body)
    if not isinstance(raw, dict) or raw.get("version") != _VERSION:
        raise ValueError("zones: not of this version")
    rows = raw.get("sites")
    if not isinstance(rows, dict):
        raise ValueError("zones: no sites")
    return OrderedDict((str(site), _row(row)) for site, row in rows.items())


def _row(row: object) -> _Seen:
    if not isinstance(row, list) or len(row) != 3:
        raise ValueError("zones: a row is not three numbers")
    for number in row:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError("zones: a row is not three numbers")
    condemned, clean, when = (float(number) for number in row)
    if not (0 <= condemned <= _MAX_COUNT and 0 <= clean <= _MAX_COUNT and math.isfinite(when)):
        raise ValueError("zones: a number is out of range")
    return _Seen(condemned, clean, when)
