"""What lists say of a file: its digests, and of a picture its PDQ hash.

Rules:
- The media itself is never stored or sent: what is kept of it are these values.
- Digests are made here, by reading; whatever has to be parsed (pictures, torrent files) is parsed
  in an inspector process, which has no network, no keys and no files.
- One reading feeds both, so that digest and hash are of the same bytes.
- A picture without features has no perceptual entry, and the reason is said.

Weakness: of an animation only the first judged frame is hashed, and videos and sounds get their
file digest only, which no changed copy has.
"""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.pool import InspectorPool
from garim_addon.media import torrent
from garim_addon.media.limits import Limits
from garim_addon.media.sniff import sniff
from garim_addon.verdict import Inspection
from garim_agent.feedtool.inspector import TORRENT
from garim_feed.kinds import QUALITY_FLOOR, Kind

DEADLINE = 30.0
"""Seconds for one file: nobody is waiting for a page."""
PATIENCE = 3600.0
"""Seconds that a file waits for its turn."""
COMMAND = (sys.executable, "-P", "-m", "garim_agent.feedtool.inspector")
_CHUNK = 1 << 20
_HEAD = 4096
LIMITS = Limits(min_bytes=0)
FEATURELESS, TOO_LARGE = "featureless", "too-large"

type Progress = Callable[[int], None]
"""Is told how many bytes were read."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """One file.

    Attributes:
        path: Where it lies.
        digests: Hex digests by kind: SHA-256, and what else was asked for.
        pdq: PDQ hash of a picture, 64 hex digits, or `""`.
        quality: PDQ quality of a picture.
        torrents: Info-hashes of a torrent file, as `1:hex` and `2:hex`.
        picture: Whether it is a picture.
        reason: Why a picture has no PDQ hash that can be listed, or `""`: `featureless`,
            `too-small`, `too-large` or what the inspector said.
    """

    path: Path
    digests: dict[Kind, str]
    pdq: str = ""
    quality: int = 0
    torrents: tuple[str, ...] = ()
    picture: bool = False
    reason: str = ""


class Hasher:
    """Hashes files; starts inspectors when the first file needs one."""

    def __init__(self, pool: InspectorPool) -> None:
        self._pool = pool
        self._started = False
        self._starting = asyncio.Lock()

    async def hash(
        self, path: Path, kinds: tuple[Kind, ...] = (Kind.SHA256,), progress: Progress | None = None
    ) -> Hashed:
        """Hash one file.

        Args:
            path: The file.
            kinds: Which digests.
            progress: Is told of the bytes read.

        Raises:
            OSError: When it cannot be read.
        """
        digests, head, body = await asyncio.to_thread(_read, path, kinds, progress)
        picture = sniff(head) is not None
        if body is None:
            return Hashed(path, digests, picture=picture, reason=TOO_LARGE if picture else "")
        return _hashed(path, digests, await self._inspect(body), picture=picture)

    async def _inspect(self, body: bytes) -> Inspection:
        async with self._starting:
            if not self._started:
                await self._pool.start()
                self._started = True
        return await self._pool.judge(body, deadline=DEADLINE)


@asynccontextmanager
async def hashing(*, workers: int | None = None) -> AsyncIterator[Hasher]:
    """Hash files for a while.

    Args:
        workers: Inspector processes; by default one for each core.
    """
    config = WorkerConfig(stages=(), limits=LIMITS)
    pool = InspectorPool(config, size=workers, patience=PATIENCE, worker_command=COMMAND)
    try:
        yield Hasher(pool)
    finally:
        await asyncio.shield(pool.close())


def _read(
    path: Path, kinds: tuple[Kind, ...], progress: Progress | None
) -> tuple[dict[Kind, str], bytes, bytes | None]:
    """Read a file once.

    Returns:
        Its digests, its first bytes, and all of its bytes where an inspector has to see them.
    """
    # What MD5 and SHA-1 name here are entries of other lists, not promises.
    makers = {kind: hashlib.new(str(kind), usedforsecurity=False) for kind in kinds}
    with path.open("rb") as file:
        chunk = file.read(_CHUNK)
        head = chunk[:_HEAD]
        kept = bytearray() if _is_parsed(head) else None
        while chunk:
            for maker in makers.values():
                maker.update(chunk)
            if kept is not None:
                kept += chunk
                kept = kept if len(kept) <= LIMITS.max_bytes else None
            if progress is not None:
                progress(len(chunk))
            chunk = file.read(_CHUNK)
    digests = {kind: maker.hexdigest() for kind, maker in makers.items()}
    return digests, head, None if kept is None else bytes(kept)


def _is_parsed(head: bytes) -> bool:
    return torrent.looks_like(head) or sniff(head) is not None


def _hashed(path: Path, digests: dict[Kind, str], found: Inspection, *, picture: bool) -> Hashed:
    reason = ""
    if picture and not found.pdq:
        reason = found.skipped or found.detail or str(found.failure or "")
    elif picture and found.quality < QUALITY_FLOOR:
        reason = FEATURELESS
    return Hashed(
        path,
        digests,
        pdq="" if reason else found.pdq,
        quality=found.quality,
        torrents=tuple(found.detail.split()) if found.kind == TORRENT else (),
        picture=picture,
        reason=reason,
    )
