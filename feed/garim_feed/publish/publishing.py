"""From signed metadata to a folder of static files that any web server can serve.

Rules:
- The store is the truth: a publish is one transaction there, and the folder follows. Whatever stops
  it, running it again finishes it.
- Files that name other files come after them: segments, targets, role metadata, snapshot, and
  timestamp last; each is written beside, flushed, and renamed. A reader sees the old or the new state.
- What the last state needed stays in the folder for a day, for readers who are in the middle of it.
- A folder that holds another feed, or a newer state of this one, is refused.
"""

from dataclasses import dataclass
from pathlib import Path

from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish did.

    Attributes:
        snapshot: Version of the snapshot that is in the folder now.
        timestamp: Version of the timestamp.
        lists: Versions of the lists that changed.
        files: Files written.
        size: Their bytes.
    """

    snapshot: int
    timestamp: int
    lists: dict[str, int]
    files: int
    size: int


def publish(
    workspace: Workspace, who: str, folder: Path, *, progress: Progress = silent
) -> Published:
    """Publish what is staged, if it is; and bring the folder up to the published state.

    Raises:
        FeedError: Signatures are missing (says whose can still be given), nothing was ever staged,
            or the folder is not this feed's.
    """
    raise NotImplementedError


def refresh(workspace: Workspace, folder: Path, *, progress: Progress = silent) -> Published | None:
    """Sign timestamp and snapshot again where they near their end; for a timer. `None`: not needed.

    Raises:
        FeedError: Nothing is published yet, or the folder is not this feed's.
    """
    raise NotImplementedError
