"""The child process that keeps the lists fresh beside the proxy: `python -m garim_feed.sync.watch`.

Rules:
- A process of its own, at lowered priority: it speaks to feeds and parses what they answer, so it
  holds no CA key and sees no exchange, and no request ever waits for it.
- It runs while there are feeds, and not a moment longer than the proxy: at the end it is asked,
  then killed, and it goes by itself when the pipe that it reads from ends (a killed proxy).
- When it ends by itself it is started again after a pause that doubles, up to five minutes.
- It is given little of the environment: what Python needs, how to reach the network, and nothing
  that the proxy was told in private. A network proxy that is this very Garim is left out.

Weakness: it is the proxy's user, so it could read what that user can. It runs no foreign code and
its parsers are bounded, but it has no system call filter as the inspectors have.
"""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from garim_addon.judge.backoff import Backoff
from garim_feed.sync.store import has_feeds

_log = logging.getLogger(__name__)

CHECKER = "garim_agent.accept"
"""The module that accepts or refuses a feed's policy and models."""
COMMAND = (sys.executable, "-P", "-m", "garim_feed.sync.watch", "--checker", CHECKER)
"""`-P`: the current folder is no place to import from."""
NICE = 10
LOOK_EVERY = 2.0
"""Seconds between looks for a first feed."""
GRACE = 5.0
"""Seconds that it is given to end when it is asked to."""
SETTLED = 600.0
"""Seconds after which an end is not counted with the ends before."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0

_KEPT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy"),
)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_FIXED = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TAIL = 500


def environment(own_port: int, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of the child.

    Args:
        own_port: The proxy's TCP port, or 0: nobody may be their own way out.
        given: The environment to choose from.
    """
    kept = {name: given[name] for name in _KEPT if name in given}
    kept |= {
        name: given[name]
        for name in _PROXIES
        if name in given and not _is_own(given[name], own_port)
    }
    packages = os.pathsep.join(path for path in sys.path if path)
    return kept | _FIXED | {"PYTHONPATH": packages}


def _is_own(address: str, own_port: int) -> bool:
    with contextlib.suppress(ValueError):
        parts = urlsplit(address if "//" in address else f"//{address}")
        return parts.port == own_port and (parts.hostname or "") in _LOOPBACK
    return False


class SyncProcess:
    """Keeps the child running while there are feeds.

    Args:
        root: The lists folder.
        own_port: The proxy's TCP port, or 0.
        command: Program and first arguments; the folder is added.
        look_every: Seconds between looks for a first feed.
        pauses: Between an end and the next start.
        grace: Seconds until a child that was asked to end is killed.

    Attributes:
        starts: How often it was started.
        last_words: The end of what the last child said on standard error.
    """

    def __init__(
        self,
        root: Path,
        own_port: int = 0,
        *,
        command: Sequence[str],
        look_every: float = LOOK_EVERY,
        pauses: Backoff | None = None,
        grace: float = GRACE,
    ) -> None:
        self._root = root
        self._own_port = own_port
        self._command = tuple(command)
        self._look_every = look_every
        self._pauses = pauses or Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        self._grace = grace
        self._child: asyncio.subprocess.Process | None = None
        self.starts = 0
        self.last_words = ""

    @property
    def pid(self) -> int | None:
        """Process id of the living child."""
        child = self._child
        return child.pid if child is not None and child.returncode is None else None

    async def run(self) -> None:
        """Keep it running until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            while not has_feeds(self._root):  # noqa: ASYNC110 - a folder tells nobody of a first feed
                await asyncio.sleep(self._look_every)
            began = loop.time()
            await self._one_life()
            if loop.time() - began >= SETTLED:
                self._pauses.count = 0
            await asyncio.sleep(self._pauses.pause())

    async def _one_life(self) -> None:
        """Start it and wait for its end; ends it when cancelled."""
        try:
            child = self._child = await self._start()
        except OSError as error:
            self.last_words = str(error)
            _log.warning("lists are not kept fresh: %s", error)
            return
        self.starts += 1
        words = asyncio.create_task(_drain(child.stderr))
        try:
            status = await child.wait()
        finally:
            await self._end(child)
            self.last_words = await words
        _log.warning("what keeps lists fresh ended (status %s): %s", status, self.last_words)

    async def _start(self) -> asyncio.subprocess.Process:
        child = await asyncio.create_subprocess_exec(
            *self._command,
            str(self._root),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(self._own_port),
            # A session of its own: Ctrl-C in a terminal is the proxy's to handle.
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
        return child

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        if child.stdin is not None:
            child.stdin.close()
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(self._grace):
                    await child.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()


@asynccontextmanager
async def syncing(root: Path, own_port: int = 0) -> AsyncIterator[SyncProcess]:
    """Keep the lists fresh for the length of the context."""
    process = SyncProcess(root, own_port, command=COMMAND)
    task = asyncio.create_task(process.run())
    try:
        yield process
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _drain(stream: asyncio.StreamReader | None) -> str:
    """Keep the end of standard error."""
    tail = b""
    while stream is not None and (chunk := await stream.read(4096)):
        tail = (tail + chunk)[-_TAIL:]
    return tail.decode("utf-8", "replace").strip()
