"""Build in a process of its own: `python -m garim_feed.lookup.build_process ROOT`.

Rules:
- The plan comes as JSON on stdin, the answer goes as JSON to stdout: a `BuildResult` with exit code
  0, or what was raised with exit code 1.
- Memory for data is bounded (`RLIMIT_DATA`, where the system has it), and the process gives way to
  others. What it dies of costs one build, never the agent: the lists in force stay.
"""

import os
import subprocess
import sys
from pathlib import Path

from pydantic import ValidationError

from garim_feed.errors import FeedError
from garim_feed.lookup.plan import BuildPlan, BuildResult, Failure, failure

MAX_MEMORY = 2 << 30
"""Bytes of data: enough for a list of 10 million pictures."""
MAX_SECONDS = 3600
_NICE = 10
_NUMBERS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""numpy's libraries set memory aside for each thread, and this needs one."""


def build_in_process(plan: BuildPlan, root: Path) -> BuildResult:
    """Build a generation in a process of its own; as `build.build`.

    Raises:
        FeedError: When it cannot be built; nothing changed.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-m", __spec__.name, str(root)],
            input=plan.model_dump_json().encode(),
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(_NUMBERS, "1"),
            timeout=MAX_SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return BuildResult.model_validate_json(done.stdout)
        if done.returncode == 1:
            raise Failure.model_validate_json(done.stdout).error
    except (OSError, subprocess.TimeoutExpired, ValidationError) as error:
        raise _failed(type(error).__name__) from error
    raise _failed(f"exit code {done.returncode}")


def main() -> int:
    """Run one build."""
    _bound()
    from garim_feed.lookup.build import build  # noqa: PLC0415 - numpy counts into the bound

    try:
        result = build(BuildPlan.model_validate_json(sys.stdin.buffer.read()), Path(sys.argv[1]))
    except FeedError as error:
        return _say(failure(error), 1)
    except OSError as error:
        return _say(failure(_unwritten(error)), 1)
    return _say(result, 0)


def _bound() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        os.nice(_NICE)
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))


def _say(answer: BuildResult | Failure, code: int) -> int:
    sys.stdout.write(answer.model_dump_json())
    return code


def _unwritten(error: OSError) -> FeedError:
    return FeedError(
        "The lists cannot be written ({reason}); the ones in force stay.",
        reason=error.strerror or type(error).__name__,
    )


def _failed(reason: str) -> FeedError:
    return FeedError(
        "The lists could not be built ({reason}); the ones in force stay.", reason=reason
    )


if __name__ == "__main__":
    sys.exit(main())
