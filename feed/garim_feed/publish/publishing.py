"""From signed metadata to a folder of static files that any web server can serve.

Rules:
- The store is the truth: a publish is one transaction there, and the folder follows (`deploying`).
  Whatever stops it, running it again finishes it.
- One publisher at a time.
"""

from dataclasses import dataclass
from pathlib import Path

from garim_feed.publish import audit
from garim_feed.publish.deploying import check, deploy
from garim_feed.publish.metadata import in_force
from garim_feed.publish.persons import person
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.releasing import release, renew
from garim_feed.publish.roles import SNAPSHOT, TIMESTAMP
from garim_feed.publish.stocking import tidy
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
    with workspace.publishing():
        check(workspace, folder)
        lists: dict[str, int] = {}
        with workspace.changing():
            one = person(workspace, who)
            if workspace.row("SELECT 1 FROM staged"):
                lists = release(workspace)
                audit.record(
                    workspace,
                    one.name,
                    "publish",
                    lists=" ".join(f"{name}:{version}" for name, version in lists.items()),
                    snapshot=in_force(workspace, SNAPSHOT).signed.version,
                )
        made = _deployed(workspace, folder, lists, progress)
        tidy(workspace)
    return made


def refresh(workspace: Workspace, folder: Path, *, progress: Progress = silent) -> Published | None:
    """Sign timestamp and snapshot again where they near their end; for a timer. `None`: not needed.

    Raises:
        FeedError: Nothing is published yet, the folder is not this feed's, or the online key is
            gone.
    """
    with workspace.publishing():
        check(workspace, folder)
        with workspace.changing():
            in_force(workspace, TIMESTAMP)
            renewed = renew(workspace, changed=False)
            if renewed:
                version = in_force(workspace, TIMESTAMP).signed.version
                audit.record(workspace, "", "refresh", timestamp=version)
        made = _deployed(workspace, folder, {}, progress)
    return made if renewed or made.files else None


def _deployed(
    workspace: Workspace, folder: Path, lists: dict[str, int], progress: Progress
) -> Published:
    snapshot, timestamp = (in_force(workspace, role) for role in (SNAPSHOT, TIMESTAMP))
    files, size = deploy(workspace, folder, progress)
    return Published(snapshot.signed.version, timestamp.signed.version, lists, files, size)
