"""What the administrator said of a feed: `feed.json` in its folder."""

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.sync.layout import FeedFolder


class FeedConfig(BaseModel):
    """What the administrator said of a feed.

    Attributes:
        name: Its name on this machine.
        url: Base address: `https://...`, `http://` on loopback, or `file:///...`.
        fingerprint: Of the root file of the first trust: 64 hex digits.
        policy: Whether its signed policy is taken.
        models: Whether its signed models are taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    url: str
    fingerprint: str
    policy: bool = False
    models: bool = False


def read_config(folder: FeedFolder) -> FeedConfig | None:
    """Return what was said of a feed, or `None`: nothing, or it cannot be read."""
    try:
        found = FeedConfig.model_validate_json(folder.config.read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.name == folder.name else None
