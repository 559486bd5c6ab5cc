"""Building in a process of its own: `python -m garim_feed.lookup.build_process`.

Rules:
- The process reads what feeds sent, so what it answers is read with a limit and schema-checked.
- It holds the build lock as long as it lives, also when whoever started it is killed: nobody starts
  a second build beside it.
- It has a time limit, and ends when it is told to.
"""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from garim_feed.errors import FeedError
from garim_feed.lookup.plan import BuildPlan, BuildResult, Failure

type Build = Callable[[BuildPlan, Path, int], BuildResult]
"""Builds a generation of a plan in a lists folder, holding an open lock file."""

COMMAND = (sys.executable, "-P", "-m", "garim_feed.lookup.build_process")
SECONDS = 3600.0
MAX_ANSWER = 16 << 20


class ApartBuilder:
    """Builds in a process of its own.

    Args:
        command: Program and first arguments; the lists folder is added.
        seconds: How long it may take.
    """

    def __init__(self, command: Sequence[str] = COMMAND, seconds: float = SECONDS) -> None:
        self._command = tuple(command)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def __call__(self, plan: BuildPlan, root: Path, lock: int) -> BuildResult:
        """Build a generation; the one in force is not touched.

        Args:
            plan: What shall be in force.
            root: The lists folder.
            lock: Descriptor of the open lock file.

        Raises:
            FeedError: When it cannot be built.
            OSError: When the process cannot be started.
        """
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer:
            asked.write(plan.model_dump_json().encode())
            asked.seek(0)
            code = self._run(root, lock, asked, answer)
            answer.seek(0)
            return _read(code, answer.read(MAX_ANSWER + 1))

    def _run(self, root: Path, lock: int, asked: BinaryIO, answer: BinaryIO) -> int:
        with self._lock:
            if self._stopped:
                raise _failed("stopped")
            process = self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*self._command, str(root)],
                stdin=asked,
                stdout=answer,
                pass_fds=() if sys.platform == "win32" else (lock,),
            )
        try:
            return process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            raise _failed("too slow") from None
        finally:
            process.kill()
            process.wait()
            with self._lock:
                self._process = None

    def stop(self) -> None:
        """End a build that is running, and start none any more."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()


def _read(code: int, answer: bytes) -> BuildResult:
    try:
        if len(answer) <= MAX_ANSWER and code == 0:
            return BuildResult.model_validate_json(answer)
        if len(answer) <= MAX_ANSWER and code == 1:
            raise Failure.model_validate_json(answer).error
    except ValidationError:
        raise _failed("no answer") from None
    raise _failed(f"exit code {code}")


def _failed(reason: str) -> FeedError:
    return FeedError(
        "The lists could not be built ({reason}); the ones in force stay.", reason=reason
    )
