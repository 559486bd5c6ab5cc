"""A checker that is a program of its own, for the process that keeps the lists fresh.

Rules:
- Policy and models are parsed apart from whoever speaks to feeds, by the very code that will use
  them: `python -m MODULE FOLDER`, exit code 0 when it accepts all of it.
- Exit code 1 comes with a `lookup.plan.Failure` on standard output: the sentence for people.
"""

import subprocess
import sys
from pathlib import Path

from pydantic import ValidationError

from garim_feed.errors import FeedError
from garim_feed.lookup.plan import Failure
from garim_feed.sync.extras import Checker

SECONDS = 120.0
_MAX_ANSWER = 65_536


def module_checker(module: str, seconds: float = SECONDS) -> Checker:
    """Return a checker that runs a module.

    Args:
        module: Its dotted name.
        seconds: How long it may take.
    """

    def check(folder: Path) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - our own module in our own interpreter
                [sys.executable, "-P", "-m", module, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _unchecked("too slow") from None
        if done.returncode == 0:
            return
        try:
            raise Failure.model_validate_json(done.stdout[:_MAX_ANSWER]).error
        except ValidationError:
            raise _unchecked(f"exit code {done.returncode}") from None

    return check


def _unchecked(reason: str) -> FeedError:
    return FeedError(
        "What the feed carries besides lists could not be checked ({reason}); it was left.",
        reason=reason,
    )
