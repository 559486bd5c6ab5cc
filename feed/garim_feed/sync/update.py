"""Fetch all feeds, build the index beside the old one, swap: what `garim lists sync` runs once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from garim_feed.sync.status import FeedStatus
from garim_feed.sync.store import ListStore

type Progress = Callable[[str, int, int], None]
"""Told feed, bytes that have come, bytes that are wanted (0: not known yet)."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did.

    Attributes:
        generation: Name of the generation that is in force now, or `""`.
        changed: Whether that is another one than before.
        feeds: What is known now of each feed that was asked.
    """

    generation: str
    changed: bool
    feeds: tuple[FeedStatus, ...]


def update(
    store: ListStore, *, only: Collection[str] = (), progress: Progress | None = None
) -> UpdateReport:
    """Fetch feeds, and put into force what is new.

    What goes wrong with a feed stands in its status; it never holds up the others.

    Args:
        store: The lists folder.
        only: Names of the feeds to ask; empty: all.
        progress: Told how far the download is.

    Raises:
        FeedError: When a named feed is not there, or the index cannot be built; the old one stays.
        OSError: When the disk is full or not writable; the old one stays.
    """
    raise NotImplementedError
