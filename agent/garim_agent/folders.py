"""Where Garim keeps its files on this machine.

Rules:
- Everything private (authority, salt, cache, log) is under one owner-only state folder.
- `GARIM_HOME` puts configuration and state under one folder, for trials and tests.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from garim_addon.assembly import Places


@dataclass(frozen=True, slots=True)
class Folders:
    """The two folders.

    Attributes:
        config: Settings that a person edits: `policy.toml`, own models under `models`.
        state: What Garim writes: authority, cache, log.
    """

    config: Path
    state: Path

    @property
    def policy(self) -> Path | None:
        """The policy file, where there is one."""
        path = self.config / "policy.toml"
        return path if path.exists() else None

    @property
    def models(self) -> Path | None:
        """An operator's own models, where there are any."""
        path = self.config / "models"
        return path if path.is_dir() else None

    @property
    def lists(self) -> Path:
        """Where feeds and the indexes made of them lie."""
        return self.state / "lists"

    def places(self, policy: Path | None = None) -> Places:
        """What the shield's assembly needs of these folders.

        Args:
            policy: A policy file given by the user instead of the one here.
        """
        return Places(self.state, policy or self.policy, self.models)


def folders(home: str | None = None) -> Folders:
    """Find the folders.

    Args:
        home: One folder for both; by default `GARIM_HOME`, else the platform's own places.
    """
    root = home or os.environ.get("GARIM_HOME", "")
    if root:
        base = Path(root).expanduser().absolute()
        return Folders(base / "config", base / "state")
    return Folders(
        platformdirs.user_config_path("garim", appauthor=False),
        platformdirs.user_state_path("garim", appauthor=False),
    )
