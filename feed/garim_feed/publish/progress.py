"""How long work tells how far it is.

Rules:
- The library prints nothing: it calls back with a step, how much is done and how much there is.
- A callback that raises (Ctrl-C does) stops the work; whatever was not whole is rolled back.
"""

from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """What is being done; the value is the surface's message id."""

    ADD = "reading items"
    DIGEST = "checking changes"
    REVIEW = "comparing"
    APPLY = "applying changes"
    BUILD = "building segments"
    COPY = "writing files"
    VERIFY = "verifying"


class Progress(Protocol):
    """Called now and then during long work."""

    def __call__(self, step: Step, done: int, total: int) -> None:
        """Tell how far it is.

        Args:
            step: What is being done.
            done: Units done so far.
            total: Units there are, or 0 when unknown.
        """


def silent(step: Step, done: int, total: int) -> None:
    """Tell nobody."""
