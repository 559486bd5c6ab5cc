"""The lists folder: which feeds this machine follows, and whom it trusts for each.

Rules:
- A feed is added with its root file, and only if that file is signed as it says itself.
- `feed.json` is written last and deleted first: a feed is there whole or not at all.
- One writer at a time for each feed; the kernel releases a dead one's lock.
- Importing this module imports no TUF: the proxy asks it whether there are feeds.
"""

import shutil
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.sync import files
from garim_feed.sync.config import FeedConfig, read_config
from garim_feed.sync.layout import FeedFolder, feed_folder, feed_folders, feed_lock, without_shipped
from garim_feed.sync.location import base_address

MAX_FEEDS = 10
WAIT = 30.0
"""Seconds to wait for another writer."""


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

    @property
    def shipped(self) -> bool:
        """Whether the list that the package ships counts beside those of the feeds."""
        return not without_shipped(self.root).exists()

    def leave_out_shipped(self) -> None:
        """Let only what the feeds bring count, from the next update on.

        Raises:
            OSError: When it cannot be written.
        """
        files.folder(self.root)
        without_shipped(self.root).touch(mode=0o600)

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
        from garim_feed.sync import trust  # noqa: PLC0415 - see the module's rules

        folder = self.folder(name)
        config = FeedConfig(
            name=name,
            url=base_address(url),
            fingerprint=trust.inspect(root).fingerprint,
            policy=policy,
            models=models,
        )
        with files.locked(feed_lock(self.root, name), WAIT):
            if folder.config.exists():
                raise FeedError("The feed {feed} is there already; remove it first.", feed=name)
            if len(feed_folders(self.root)) >= MAX_FEEDS:
                raise FeedError("There are {limit} feeds already; remove one first.",
                                limit=MAX_FEEDS)  # fmt: skip
            # What a kill left of an earlier feed of that name was trusted by another root.
            shutil.rmtree(folder.path, ignore_errors=True)
            files.write(folder.root, root)
            files.write(folder.config, config.model_dump_json(indent=1).encode() + b"\n")
        return config

    def remove(self, name: str) -> None:
        """Stop following a feed and delete what was fetched; the next `update` drops its lists.

        Raises:
            FeedError: When there is no such feed, or it is being updated.
            OSError: When it cannot be deleted.
        """
        folder = self.folder(name)
        with files.locked(feed_lock(self.root, name), WAIT):
            try:
                folder.config.unlink()
            except FileNotFoundError:
                raise _no_feed(name) from None
            shutil.rmtree(folder.path, ignore_errors=True)

    def feeds(self) -> tuple[FeedConfig, ...]:
        """Return the feeds by name; one whose file is damaged is left out."""
        found = (read_config(folder) for folder in feed_folders(self.root))
        return tuple(config for config in found if config is not None)

    def feed(self, name: str) -> FeedConfig:
        """Return one feed.

        Raises:
            FeedError: When there is no such feed.
        """
        config = read_config(self.folder(name))
        if config is None:
            raise _no_feed(name)
        return config

    def folder(self, name: str) -> FeedFolder:
        """Return the folder of a feed (which need not be there).

        Raises:
            FeedError: When nothing may have that name.
        """
        return feed_folder(self.root, name)


def _no_feed(name: str) -> FeedError:
    return FeedError("There is no feed with the name {feed}.", feed=name)
