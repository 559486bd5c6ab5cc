"""What can be done to an exchange, and the value that says which.

Rules:
- A decision's action is one of four that an adapter must carry out; `report` only counts, so it
  never reaches an adapter as an action.
- `wanted` keeps what policy would have done, so that a dry run can be read in the event log.
"""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What policy asks for."""

    PASS = "pass"
    REPLACE = "replace"
    CUT = "cut"
    REFUSE = "refuse"
    REPORT = "report"

    @property
    def changes(self) -> bool:
        """Whether the exchange is changed by it."""
        return self in _CHANGING


_CHANGING = frozenset({Action.REPLACE, Action.CUT, Action.REFUSE})


class Style(StrEnum):
    """How a placeholder looks."""

    CARD = "card"
    BLUR = "blur"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done to one exchange.

    Attributes:
        action: What the adapter does: pass, replace, cut or refuse; never `report`.
        style: How a placeholder looks, if one is made.
        report: Whether something was found that is only counted.
        wanted: What the policy's tables say, before `report_only` took it back.
    """

    action: Action
    style: Style = Style.CARD
    report: bool = False
    wanted: Action = Action.PASS
