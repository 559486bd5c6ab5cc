"""Plain values read from JSON that a process wrote which had parsed hostile bytes.

Rules:
- Wrong types, long texts, absurd numbers: each is a `ValueError` that names the field, never
  another exception.
- A truth value is no number.
"""

import math
from typing import Any

MAX_TEXT = 512
"""Characters of one text."""
MAX_NUMBER = 1 << 31
_MAX_STEPS = 32


def checked(value: object, kind: type, name: str) -> Any:  # noqa: ANN401 - the caller names the type
    """Return a field's value when it is of its type and in bounds.

    Args:
        value: What the JSON holds.
        kind: `str`, `int`, `float` or `bool`; an integer will do for a `float`.
        name: The field, for the message.

    Raises:
        ValueError: When it is anything else.
    """
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < MAX_NUMBER else math.inf
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"inspection: {name} is not {kind.__name__}")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ValueError(f"inspection: {name} is too long")
    if isinstance(value, int) and not 0 <= value < MAX_NUMBER:
        raise ValueError(f"inspection: {name} is out of range")
    return value


def mapping(raw: object) -> dict[str, object]:
    """Return a finding's fields.

    Raises:
        ValueError: When it is no object.
    """
    if not isinstance(raw, dict):
        raise ValueError("inspection: a finding is not an object")
    return raw


def durations(raw: object) -> dict[str, float]:
    """Return milliseconds by name.

    Raises:
        ValueError: When it is no small object of durations.
    """
    if not isinstance(raw, dict) or len(raw) > _MAX_STEPS:
        raise ValueError("inspection: steps are not a small object")
    steps = {str(name)[:32]: checked(ms, float, "steps") for name, ms in raw.items()}
    if not all(math.isfinite(ms) and ms >= 0 for ms in steps.values()):
        raise ValueError("inspection: a step is not a duration")
    return steps
