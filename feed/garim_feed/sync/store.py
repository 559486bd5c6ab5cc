"""The lists folder: which feeds this machine follows, and whom it trusts for each.

Rules:
- A feed is added with its root file, and only if that file is signed as it says itself.
- One writer at a time, for each feed and for the index; the kernel releases a dead one's lock.
- Everything here is owner-only, and written whole or not at all.
- Importing this module imports no TUF: the proxy asks it whether there are feeds.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from garim_feed.sync.layout import FeedFolder, feed_folder, feed_folders


class FeedConfig(BaseModel):
    """What the administrator said of a feed.

    Attributes:
        name: Its name on this machine.
        url: Base address: `https://...`, `http://` on loopback, or `file:///...`.
        policy: Whether its signed policy is taken.
        models: Whether its signed models are taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    url: str
    policy: bool = False
    models: bool = False


def has_feeds(root: Path) -> bool:
    """Return whether any feed was added to a lists folder; never fails."""
    return bool(feed_folders(root))


class ListStore:
    """The lists folder of an agent.

    Args:
        root: The folder; created when something is first written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(
        self, name: str, url: str, root: bytes, *, policy: bool = False, models: bool = False
    ) -> FeedConfig:
        """Follow a feed; nothing is fetched yet.

        Args:
            name: What to call it on this machine.
            url: Base address, or a folder's path for offline use.
            root: The root file of the first trust (`trust.fetch_root` fetches one by fingerprint).
            policy: Take its signed policy.
            models: Take its signed models.

        Raises:
            FeedError: When the name is taken or not allowed, the address is not usable, or the
                root file is not signed as it says itself.
            OSError: When it cannot be written.
        """
        raise NotImplementedError

    def remove(self, name: str) -> None:
        """Stop following a feed and delete what was fetched; the next `update` drops its lists.

        Raises:
            FeedError: When there is no such feed, or it is being updated.
        """
        raise NotImplementedError

    def feeds(self) -> tuple[FeedConfig, ...]:
        """Return the feeds by name; one whose file is damaged is left out."""
        raise NotImplementedError

    def feed(self, name: str) -> FeedConfig:
        """Return one feed.

        Raises:
            FeedError: When there is no such feed.
        """
        raise NotImplementedError

    def fingerprint(self, name: str) -> str:
        """Return the fingerprint of the root file of the first trust: 64 hex digits.

        Raises:
            FeedError: When there is no such feed.
        """
        raise NotImplementedError

    def folder(self, name: str) -> FeedFolder:
        """Return the folder of a feed."""
        return feed_folder(self.root, name)
