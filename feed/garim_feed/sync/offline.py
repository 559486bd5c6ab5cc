"""Feeds in a folder, for a machine without a network: verified the same way as from a server."""

from pathlib import Path

from garim_feed.sync.store import ListStore
from garim_feed.sync.update import Progress, UpdateReport


def export_feed(store: ListStore, name: str, folder: Path) -> int:
    """Write what was fetched of a feed as a published repository.

    Args:
        store: The lists folder.
        name: The feed.
        folder: Where to write it; created, and must be empty or hold an older export of it.

    Returns:
        Bytes written.

    Raises:
        FeedError: When there is no such feed, or it was never fetched whole.
        OSError: When it cannot be written.
    """
    raise NotImplementedError


def import_feed(
    store: ListStore, name: str, folder: Path, *, progress: Progress | None = None
) -> UpdateReport:
    """Take a feed from a folder instead of its address: the same checks, then into force.

    Args:
        store: The lists folder; the feed must have been added, with its root file.
        name: The feed.
        folder: What `export_feed` or `garim-feed publish` wrote.
        progress: Told how far it is.

    Raises:
        FeedError: When there is no such feed, or the folder's copy fails a check.
        OSError: When the disk is full or not writable; the old lists stay.
    """
    raise NotImplementedError
