"""Fail open or closed: what happens to media that could not be judged, by cause and direction.

Rules:
- Home is open: what is unknown passes, because a broken judge must not break the user's browsing.
- School is closed: what was not judged is not shown and not sent.
- A part of a picture is closed in both: asking for pieces is the cheapest way around a judge, and a
  client that gets no piece asks for the whole.
- A stale list is only reported in both: the old list and the classifier still judge, and closing
  would block every innocent picture for a late download.
- What a list already named is never a question of this matrix (`Policy.decide`).
"""

from garim_addon.decide.action import Action
from garim_addon.exchange import Direction
from garim_addon.verdict import FailureCause

type Matrix = dict[str, dict[str, str]]


def preset(*, closed: bool) -> Matrix:
    """Return a full matrix, direction -> cause -> action, as a policy file would write it."""
    return {direction.value: _column(direction, closed=closed) for direction in Direction}


def _column(direction: Direction, *, closed: bool) -> dict[str, str]:
    shut = Action.REPLACE if direction is Direction.DOWNLOAD else Action.REFUSE
    column = dict.fromkeys((c.value for c in FailureCause), (shut if closed else Action.PASS).value)
    return column | {
        FailureCause.PARTIAL.value: shut.value,
        FailureCause.LIST_STALE.value: Action.REPORT.value,
    }
