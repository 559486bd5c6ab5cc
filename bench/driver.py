"""A process that judges pictures on request and tells what they cost; ours and the peers' alike."""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.context import SkippedError

DRIVERS = Path(__file__).with_name("drivers")


@dataclass(frozen=True, slots=True)
class Spent:
    """What some pictures cost.

    Attributes:
        cpu: CPU milliseconds a picture, user and system, all threads.
        wall: Milliseconds a picture.
        said: What the driver said of the last one.
    """

    cpu: float
    wall: float
    said: Any


def spent(line: str, count: int) -> Spent:
    """Read a driver's answer.

    Raises:
        ValueError: When it is no such answer.
    """
    try:
        values = json.loads(line)
        cpu, wall = float(values["cpu"]), float(values["wall"])
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a driver's answer: {line[:80]!r}") from error
    return Spent(cpu * 1000 / count, wall * 1000 / count, values.get("said"))


class Driver:
    """One running driver; a context manager.

    Args:
        name: How the tables call it.
        command: Program and arguments.
        env: Its environment.
    """

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str]) -> None:
        self.name = name
        self._command = list(command)
        self._env = env

    def __enter__(self) -> Self:
        """Start it; returns when its models are loaded.

        Raises:
            SkippedError: When it does not become ready.
        """
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=self._env,
        )
        self._line()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def judge(self, picture: Path, count: int) -> Spent:
        """Let it judge a file some times."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"path": str(picture), "count": count}) + "\n")
        self._process.stdin.flush()
        return spent(self._line(), count)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if line:
            return line
        self._errors.seek(0)
        said = self._errors.read().strip().splitlines()
        self.__exit__(None, None, None)
        raise SkippedError(f"{self.name} did not run: {said[-1] if said else 'it ended'}")
