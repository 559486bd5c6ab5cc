"""Presets that a policy file starts from; each key of a preset can be overridden.

Rules:
- A preset is written as the file would be: plain tables, so that merging is a merge of tables.
- `home` is the models' own defaults with an open fail matrix; `school` states only what differs.
"""

from copy import deepcopy
from enum import StrEnum
from typing import Any

from garim_addon.decide.fail_matrix import preset


class Profile(StrEnum):
    """Who the policy is for."""

    HOME = "home"
    SCHOOL = "school"


_PRESETS: dict[Profile, dict[str, Any]] = {
    Profile.HOME: {"profile": "home", "fail": preset(closed=False)},
    Profile.SCHOOL: {
        "profile": "school",
        "fail": preset(closed=True),
        # Many people share one box: more pictures wait, and a slow one is worth waiting for.
        "limits": {"deadline_ms": 1500},
    },
}


def merged(profile: Profile, overrides: dict[str, Any]) -> dict[str, Any]:
    """Return the profile's tables with `overrides` laid over them; neither argument is changed."""
    return _laid_over(deepcopy(_PRESETS[profile]), overrides)


def _laid_over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    for key, value in top.items():
        below = base.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            base[key] = _laid_over(below, value)
        else:
            base[key] = value
    return base
