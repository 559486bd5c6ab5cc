"""From approved changes to metadata that people sign.

Rules:
- A stage holds whatever differs from what is published: segments and catalogues, feed.json,
  delegations, the root; and every role that nears its end.
- Each signer adds a signature to each staged role whose key they hold, the old key's root included.
- Changes that are approved after staging wait for the next stage.
- A list that grows beyond what agents take needs one signature more than the threshold.
- Entries whose last day has come leave their lists when a stage is made.
"""

from dataclasses import dataclass

from garim_feed.errors import FeedError
from garim_feed.publish import audit, stocking
from garim_feed.publish.applying import drop_expired
from garim_feed.publish.issuing import Issue, issue
from garim_feed.publish.metadata import published, waiting, written
from garim_feed.publish.persons import person
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.signing import StagedRole, sign, staged_roles
from garim_feed.publish.workspace import Workspace

__all__ = ["StagedRole", "sign"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What waits for signatures.

    Attributes:
        roles: The roles, root first.
        segments: New segment files.
        size: Their bytes.
    """

    roles: tuple[StagedRole, ...]
    segments: int
    size: int

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(role.missing for role in self.roles)


def stage(workspace: Workspace, who: str, *, progress: Progress = silent) -> Stage:
    """Build everything that is to be signed; an earlier stage is replaced, its signatures are lost.

    Raises:
        FeedError: Nothing to publish, or a list cannot be published as it is.
    """
    with workspace.changing():
        one = person(workspace, who)
        _forget(workspace)
        drop_expired(workspace)
        audit.record(workspace, one.name, "stage")
        issues = list(issue(workspace, progress))
        if not issues:
            raise FeedError("There is nothing to publish.")
        for each in issues:
            _keep(workspace, each)
        made = staged(workspace)
    stocking.tidy(workspace)
    if made is None:
        raise AssertionError("staged, and not there")
    return made


def staged(workspace: Workspace) -> Stage | None:
    """Return what waits for signatures, or `None`."""
    roles = tuple(staged_roles(workspace))
    if not roles:
        return None
    files: dict[str, int] = {}
    for role in roles:
        new, old = waiting(workspace, role.role), published(workspace, role.role)
        held = getattr(old.signed, "targets", {}) if old else {}
        for path, file in getattr(new and new.signed, "targets", {}).items():
            if path.endswith(".seg") and path not in held:
                files[path] = file.length
    return Stage(roles, len(files), sum(files.values()))


def unstage(workspace: Workspace, who: str) -> None:
    """Throw the stage away; the approved changes stay.

    Raises:
        FeedError: Nothing is staged.
    """
    with workspace.changing():
        one = person(workspace, who)
        if not workspace.row("SELECT 1 FROM staged"):
            raise FeedError("Nothing is staged.")
        _forget(workspace)
        audit.record(workspace, one.name, "unstage")
    stocking.tidy(workspace)


def _keep(workspace: Workspace, one: Issue) -> None:
    """Write an issue down, and which lines its lists hold."""
    store = workspace.store
    store.execute(
        "INSERT INTO staged VALUES (?, ?, ?, ?, ?)",
        (
            one.role,
            one.metadata.signed.version,
            written(one.metadata),
            " ".join(one.reasons),
            one.extra,
        ),
    )
    for manifest in one.manifests:
        store.execute(
            "UPDATE list SET staged = ? WHERE name = ?",
            (manifest.model_dump_json(), manifest.name),
        )
        store.execute(
            "UPDATE pending SET staged = coalesce((SELECT line FROM entry e WHERE"
            " e.list = pending.list AND e.kind = pending.kind AND e.key = pending.key), 0)"
            " WHERE list = (SELECT id FROM list WHERE name = ?)",
            (manifest.name,),
        )


def _forget(workspace: Workspace) -> None:
    """Undo `_keep`, for all roles."""
    for statement in (
        "DELETE FROM staged",
        "DELETE FROM pending WHERE list IN (SELECT id FROM list WHERE published IS NULL)",
        "UPDATE pending SET staged = NULL",
        "UPDATE list SET staged = NULL",
    ):
        workspace.store.execute(statement)
