"""Where Garim keeps its files on this machine.

Rules:
- Everything private (authority, salt, cache, log) is under one owner-only state folder.
- What a feed may set (`garim lists add --accept`) stands before what lies in the configuration.
- `GARIM_HOME` puts configuration and state under one folder, for trials and tests.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from garim_addon.assembly import Places
from garim_feed.sync.layout import feed_folders

POLICY, MODELS = "policy.toml", "models"


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
        """The policy file in force: a feed's, where one may set it, else the person's own."""
        own = self.config / POLICY
        return self._accepted(POLICY) or (own if own.exists() else None)

    @property
    def models(self) -> Path | None:
        """Models instead of the shipped ones: a feed's, where it may set them, else one's own."""
        own = self.config / MODELS
        return self._accepted(MODELS) or (own if own.is_dir() else None)

    @property
    def lists(self) -> Path:
        """Where feeds and the indexes made of them lie."""
        return Places(self.state).lists

    def _accepted(self, name: str) -> Path | None:
        found = (feed.accepted / name for feed in feed_folders(self.lists))
        return next((path for path in found if path.exists()), None)

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
