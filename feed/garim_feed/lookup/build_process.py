"""Build in a process of its own: `python -m garim_feed.lookup.build_process ROOT`.

Rules:
- The plan comes as JSON on stdin, the answer goes as JSON to stdout: a `BuildResult` with exit code
  0, or a `Failure` with exit code 1.
- Memory for data is bounded (`RLIMIT_DATA`, where the system has it), and the process gives way to
  others. What it dies of costs one build, never the agent: the lists in force stay.
"""

import os
import sys
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.lookup.plan import BuildPlan, BuildResult, Failure, failure

MAX_MEMORY = 2 << 30
"""Bytes of data: enough for a list of 10 million pictures."""
_NICE = 10
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""numpy's libraries set memory aside for each thread, and a build needs one."""


def main() -> int:
    """Run one build, and return the exit code."""
    _bound()
    from garim_feed.lookup.build import build  # noqa: PLC0415 - numpy comes under the bounds

    try:
        result = build(BuildPlan.model_validate_json(sys.stdin.buffer.read()), Path(sys.argv[1]))
    except FeedError as error:
        return _say(failure(error), 1)
    except OSError as error:
        return _say(failure(_unwritten(error)), 1)
    return _say(result, 0)


def _bound() -> None:
    os.environ.update(dict.fromkeys(_THREADS, "1"))
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


if __name__ == "__main__":
    sys.exit(main())
