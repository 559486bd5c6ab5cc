"""One body to its inspection by the cheapest way: too small, remembered, in flight, or a worker.

Rules:
- The key is made from the bytes as they travelled and their content coding: the same bytes under
  another coding are another picture. It is keyed by this installation's secret, and what is kept
  holds neither SHA-256 nor PDQ, so that nobody can tell from the cache which pictures were seen.
- What is remembered carries the epoch (models and lists) it was made under; another epoch is a
  miss, and while no inspector has said its versions nothing is remembered. So is nothing that was
  made with other lists than those that were asked for. The lists' version changes when an entry
  ends, too.
- A failed inspection is shared with those that wait for the same body, and then forgotten.
- A plain body under the size floor needs no worker: only its digests are looked up.
- A plain body that could not be inspected is still listed when its digest is.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Protocol

from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.confirm import TOO_SMALL
from garim_addon.judge.digests import digests
from garim_addon.judge.lists import Live
from garim_addon.judge.singleflight import SingleFlight
from garim_addon.verdict import Inspection, ListMatch
from garim_feed.lookup.match import Match

HARMLESS = bytes(32)
"""Key that stands for every body that is no picture; it is found innocent under every epoch."""


class Pool(Protocol):
    """What is needed of `judge.pool.InspectorPool`."""

    @property
    def models(self) -> str:
        """Versions of the models; empty while no inspector has said them."""

    async def judge(self, body: bytes, *, encoding: str = "", deadline: float) -> Inspection:
        """Have a body inspected; never raises for a failed job."""


@dataclass(frozen=True, slots=True)
class Found:
    """An inspection and how it was come by.

    Attributes:
        inspection: What was found.
        key: What the body is remembered under (32 bytes).
        cached: Whether it was remembered.
    """

    inspection: Inspection
    key: bytes
    cached: bool


class Inspections:
    """The way from a body to its inspection."""

    def __init__(
        self,
        pool: Pool,
        cache: VerdictCache,
        index: Live,
        *,
        secret: bytes,
        min_bytes: int,
    ) -> None:
        """Join the parts.

        Args:
            pool: Inspector processes.
            cache: What is remembered.
            index: The lists.
            secret: This installation's secret, up to 64 bytes.
            min_bytes: Plain bodies below it are not sent to a worker.
        """
        self._pool = pool
        self._cache = cache
        self._flights: SingleFlight[tuple[bytes, str], Inspection] = SingleFlight()
        self._index = index
        self._secret = secret
        self._min_bytes = min_bytes

    @property
    def epoch(self) -> str:
        """What an inspection depends on besides the body; empty while it is not known."""
        models = self._pool.models
        return f"{models} {self._index.version}" if models else ""

    async def find(
        self, body: bytes, encoding: str, deadline: float, *, picture: bool = True
    ) -> Found:
        """Return the inspection of `body`.

        Args:
            body: The bytes as they travelled.
            encoding: Their `Content-Encoding`, or `""`.
            deadline: Seconds until an unfinished inspection fails as `timeout`.
            picture: Whether it is held as a picture; only these have a size floor.
        """
        digest = body_digest(body, encoding)
        key = hashlib.blake2b(digest, key=self._secret, digest_size=32).digest()
        if picture and len(body) < self._min_bytes and not encoding:
            return Found(self._small(body), key, cached=False)
        remembered = self.recall(key)
        if remembered is not None:
            # Under a content coding it is not the digest of the file; then the address stands in.
            sha256 = "" if encoding else digest.hex()
            return Found(replace(remembered, sha256=sha256), key, cached=True)

        epoch, lists = self.epoch, self._index.generation

        async def inspect() -> Inspection:
            made = await self._pool.judge(body, encoding=encoding, deadline=deadline)
            # Only when nothing changed in between is it sure which models' and lists' it is.
            sure = epoch and epoch == self.epoch and lists == made.lists
            if sure and made.failure is None:
                self._cache.put(key, replace(made, sha256="", pdq=""))
            return made

        made = await self._flights.ask((key, epoch), inspect)
        if made.failure is not None and not made.matches and not encoding:
            made = replace(made, matches=self._exact(body))
        return Found(made, key, cached=False)

    def recall(self, key: bytes) -> Inspection | None:
        """What is remembered of a body under the epoch in force."""
        epoch = self.epoch
        if not epoch:
            return None
        if epoch != self._cache.epoch:
            self._cache.epoch = epoch
            self._cache.put(HARMLESS, Inspection())
        return self._cache.get(key)

    def _small(self, body: bytes) -> Inspection:
        return Inspection(
            kind="image",
            sha256=hashlib.sha256(body).hexdigest(),
            matches=self._exact(body),
            skipped=TOO_SMALL,
        )

    def _exact(self, body: bytes) -> tuple[ListMatch, ...]:
        index = self._index
        return tuple(list_match(m) for m in index.digest(*digests(body, index.digests)))


def body_digest(body: bytes, encoding: str) -> bytes:
    """Digest of a body as it travelled: SHA-256, prefixed by the coding where there is one."""
    if not encoding:
        return hashlib.sha256(body).digest()
    digest = hashlib.sha256(encoding.lower().encode() + b"\0")
    digest.update(body)
    return digest.digest()


def list_match(found: Match, frame: int = 0) -> ListMatch:
    """Turn an index's match into a finding."""
    return ListMatch(
        list=found.list,
        entry=found.entry,
        version=found.version,
        category=found.category,
        kind=found.kind,
        distance=found.distance,
        quality=found.quality,
        tight=found.tight,
        frame=frame,
        feed=found.feed,
        added=found.added,
        time=found.time,
    )


def as_match(found: ListMatch) -> Match:
    """Turn a finding back into an index's match, to ask who keeps its list."""
    return Match(
        list=found.list,
        entry=found.entry,
        version=found.version,
        category=found.category,
        kind=found.kind,
        distance=found.distance,
        quality=found.quality,
        tight=found.tight,
        feed=found.feed,
        added=found.added,
        time=found.time,
    )
