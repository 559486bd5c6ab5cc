"""What the last build made of all feeds: `built.json` in the lists folder.

Rules:
- Written after the generation that it tells of is in force; a kill between costs one more build,
  which finds everything built.
- A file that cannot be read counts as not there.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.sync.problem import Problem

NAME = "built.json"


class Built(BaseModel):
    """What is in force, and what it was built from.

    Attributes:
        plan: SHA-256 of the plan.
        generation: What came of it.
        refused: By feed: lists that the build refused; what was before stays.
        changed: By feed: when something of it last came into force (this machine's clock).
        problem: Why the last build failed, or `None`; then the rest tells of the one before.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    plan: str = ""
    generation: str = ""
    refused: Mapping[str, tuple[Problem, ...]] = {}
    changed: Mapping[str, datetime] = {}
    problem: Problem | None = None


def read_built(root: Path) -> Built:
    """Return what the last build made, an empty value if there was none."""
    try:
        return Built.model_validate_json((root / NAME).read_bytes())
    except (OSError, ValidationError):
        return Built()
