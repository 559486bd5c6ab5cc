"""What an inspector process says of its own sandbox; `garim doctor` shows it.

Rules:
- A part that could not be put in force is reported with its reason, never left out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SandboxPart:
    """One thing an inspector process gives up.

    Attributes:
        name: `nice`, `memory`, `files`, `core`, `privileges`, `landlock`, `seccomp`, ...
        active: Whether it is in force.
        detail: What exactly is in force, or why it is not. One sentence, no user data.
    """

    name: str
    active: bool
    detail: str
