"""What an agent sees of a published feed: every signature, every file, every count."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from garim_feed.publish.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class SeenList:
    """A list as an agent sees it.

    Attributes:
        name: Its name.
        authority: Who keeps it.
        version: Its version.
        entries: Entries by kind.
        segments: Segments.
        size: Their bytes.
        revoked: Revocations that are in force beside it.
    """

    name: str
    authority: str
    version: int
    entries: dict[str, int]
    segments: int
    size: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A feed as an agent sees it.

    Attributes:
        feed: Its name.
        root: Version of the root.
        fingerprint: SHA-256 of the root file that trust started from, in hex.
        timestamp: Version of the timestamp.
        expires: When the timestamp ends.
        lists: Its lists.
    """

    feed: str
    root: int
    fingerprint: str
    timestamp: int
    expires: datetime
    lists: tuple[SeenList, ...]


def verify(where: str | Path, root: bytes | None = None, *, progress: Progress = silent) -> Seen:
    """Verify a published feed as an agent would.

    Args:
        where: URL or folder.
        root: The root file that trust starts from; `None`: the feed's own first root, which proves
            nothing about who made it, only that the feed is whole.
        progress: Told how far it is.

    Raises:
        FeedError: Something an agent would refuse.
    """
    raise NotImplementedError
