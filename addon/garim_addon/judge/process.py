"""One inspector process as the proxy sees it: start, ask, end.

Rules:
- A fresh interpreter, never a fork of the proxy: the proxy holds the CA key and has threads.
- It gets what it needs to find its packages and nothing else of the environment: no proxy settings,
  no SSLKEYLOGFILE, no secrets.
- An answer is checked in full: right `op`, right `id`, under the cap, readable; anything else is a
  `ProtocolError`, after which the process must not be asked again.
- It keeps nothing that is worth a farewell, so it is always killed, and waited for (no zombies).
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from asyncio.subprocess import SubprocessStreamProtocol
from collections.abc import Sequence
from typing import Any, Self

from garim_addon.judge import protocol
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.greeting import Failed, Ready, hello
from garim_addon.judge.jobs import Job
from garim_addon.judge.protocol import ProtocolError
from garim_addon.verdict import FailureCause

COMMAND = (sys.executable, "-P", "-m", "garim_addon.judge.worker")
"""`-P`: the current folder is no place to import from."""
_PIPE_BYTES = 1 << 20
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
_FIXED_ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    # One job at a time and one thread a job: workers, not threads, use the cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    # From 1.29 on onnxruntime reports to its maker by default, from Linux and macOS too.
    "ORT_DISABLE_TELEMETRY": "1",
}
_STDERR_TAIL = 500
_LAST_MOMENT = 5.0


class StartError(Exception):
    """A process that did not become ready.

    Attributes:
        cause: What policy's fail matrix is asked with.
    """

    def __init__(self, cause: FailureCause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause


def environment() -> dict[str, str]:
    """Return the environment of an inspector process."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    packages = os.pathsep.join(path for path in sys.path if path)
    return kept | _FIXED_ENVIRONMENT | {"PYTHONPATH": packages}


class InspectorProcess:
    """A process that says `ready`; made by `start`.

    Attributes:
        ready: Its first message.
        rss: Resident memory in bytes after its last job.
        jobs: Jobs that it answered.
        gone: Done when the process has ended, whatever the reason.
    """

    ready: Ready

    def __init__(
        self, transport: asyncio.SubprocessTransport, streams: SubprocessStreamProtocol
    ) -> None:
        if streams.stdin is None or streams.stdout is None:
            raise ConnectionError("the process has no pipes")
        self._transport = transport
        self._stdin, self._stdout = streams.stdin, streams.stdout
        self._stderr = streams.stderr
        self._last_words = asyncio.create_task(self._drain_errors())
        loop = asyncio.get_running_loop()
        process = asyncio.subprocess.Process(transport, streams, loop)
        self.gone = asyncio.create_task(process.wait())
        self.rss = 0
        self.jobs = 0

    @classmethod
    async def start(cls, config: WorkerConfig, command: Sequence[str], patience: float) -> Self:
        """Start a process and wait until it is ready.

        Args:
            config: Sent as its first frame.
            command: Program and arguments.
            patience: Seconds until it must be ready.

        Raises:
            StartError: When it did not become ready; it is gone then.
        """
        try:
            process = await cls._spawn(command)
        except OSError as error:
            raise StartError(FailureCause.INTERNAL, f"cannot start: {error}") from error
        try:
            async with asyncio.timeout(patience):
                first = await process._greet(config)
        except (TimeoutError, EOFError, ConnectionError, ProtocolError) as error:
            raise await process._start_error(error) from error
        except BaseException:
            await process.close()
            raise
        if isinstance(first, Failed):
            await process.close()
            raise StartError(first.cause, first.detail)
        process.ready, process.rss = first, first.rss
        return process

    @property
    def pid(self) -> int:
        """Process id."""
        return self._transport.get_pid()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._transport.get_returncode() is None

    async def ask(self, job: Job) -> Any:  # noqa: ANN401 - the job knows what it asks for
        """Send a job and read its answer. No time limit of its own; one call at a time.

        Raises:
            ProtocolError: When the answer is not one to this job.
            EOFError: When the process ended.
            ConnectionError: When the process ended.
        """
        number = self.jobs + 1
        await protocol.write(self._stdin, job.header | {"id": number}, job.payload)
        frame = await protocol.read(self._stdout, max_payload=job.max_answer)
        if frame.number("id") != number or frame.header.get("op") != job.answers:
            raise ProtocolError("the answer is not to this job")
        self.rss = frame.number("rss")
        self.jobs = number
        try:
            return job.parse(frame.payload)
        except (ValueError, TypeError, RecursionError) as error:
            raise ProtocolError("the answer cannot be read") from error

    async def close(self) -> None:
        """Kill it; returns when it is gone. May be called again."""
        self._kill()
        # Its end is known only when the pipes are closed too; unread garbage would hold that up.
        for number in range(3):
            pipe = self._transport.get_pipe_transport(number)
            if pipe is not None:
                pipe.close()
        await asyncio.wait([self.gone, self._last_words])

    def _kill(self) -> None:
        if not self.alive:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._transport.kill()
            else:
                # Not `transport.kill`: it may take the exit status that the loop waits for.
                os.kill(self.pid, signal.SIGKILL)

    @classmethod
    async def _spawn(cls, command: Sequence[str]) -> Self:
        loop = asyncio.get_running_loop()
        transport, streams = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=_PIPE_BYTES, loop=loop),
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            # A session of its own: Ctrl-C in a terminal is the proxy's to handle.
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        process = cls(transport, streams)
        process._widen()
        return process

    def _widen(self) -> None:
        """Let a whole picture fit into the pipe, so that sending it needs one wake-up (Linux)."""
        if sys.platform == "linux":
            import fcntl  # noqa: PLC0415 - not on Windows

            with contextlib.suppress(OSError):
                pipe = self._stdin.get_extra_info("pipe")
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    async def _greet(self, config: WorkerConfig) -> Ready | Failed:
        await protocol.write(self._stdin, {"op": "config"}, config.to_json())
        return hello(await protocol.read(self._stdout, max_payload=0))

    async def _start_error(self, error: Exception) -> StartError:
        if isinstance(error, EOFError | ConnectionError):
            # Its pipes close a moment before its exit status, which says the most, is there.
            await asyncio.wait([self.gone], timeout=_LAST_MOMENT)
        status = self._transport.get_returncode()
        await self.close()
        match error:
            case TimeoutError():
                return StartError(FailureCause.TIMEOUT, "not ready in time")
            case ProtocolError():
                return StartError(FailureCause.INTERNAL, f"no greeting: {error}")
        said = self._last_words.result()
        return StartError(FailureCause.CRASH, f"ended at start with status {status}. {said}")

    async def _drain_errors(self) -> str:
        """Keep the end of standard error.

        The worker lets go of it before its first job, so no picture speaks here.
        """
        tail = b""
        while self._stderr is not None and (chunk := await self._stderr.read(4096)):
            tail = (tail + chunk)[-_STDERR_TAIL:]
        return tail.decode("utf-8", "replace").strip()
