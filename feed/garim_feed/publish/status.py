"""How the feed stands, in one value."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tuf.api.metadata import Metadata

from garim_feed.kinds import Kind
from garim_feed.publish.drafts import Draft, drafts
from garim_feed.publish.lists import ListInfo, count, lists
from garim_feed.publish.metadata import ends_soon, published_files, roots
from garim_feed.publish.reviewing import Proposal, proposals
from garim_feed.publish.staging import Stage, staged
from garim_feed.publish.workspace import Workspace
from garim_feed.sync.trust import inspect


@dataclass(frozen=True, slots=True)
class RoleStatus:
    """One published role.

    Attributes:
        role: The role.
        version: Its published version.
        expires: When it ends.
        ends_soon: Whether it is time to stage (or refresh) again.
    """

    role: str
    version: int
    expires: datetime
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class ListStatus:
    """One list.

    Attributes:
        info: The list.
        entries: Approved entries by kind.
        changed: Approved changes that are not published: entries that differ, at most (an entry
            that went and came back counts until the next stage).
        segments: Segments that are published.
    """

    info: ListInfo
    entries: dict[Kind, int]
    changed: int
    segments: int


@dataclass(frozen=True, slots=True)
class Status:
    """The whole.

    Attributes:
        feed: The feed's name.
        root_fingerprint: Of the first root, in hex, or `""` before the first publish; what an agent
            shows when the feed is added.
        roles: Published roles.
        lists: Lists.
        drafts: Drafts.
        proposals: Open proposals.
        stage: What waits for signatures.
        revocations: Revocations in force.
        audit: Entries in the audit log.
    """

    feed: str
    root_fingerprint: str
    roles: tuple[RoleStatus, ...]
    lists: tuple[ListStatus, ...]
    drafts: tuple[Draft, ...]
    proposals: tuple[Proposal, ...]
    stage: Stage | None
    revocations: int
    audit: int


def status(workspace: Workspace) -> Status:
    """Return how the feed stands."""
    with workspace.reading():
        first = roots(workspace).get(1)
        return Status(
            feed=workspace.feed,
            root_fingerprint=inspect(first).fingerprint if first else "",
            roles=_roles(workspace),
            lists=tuple(_list(workspace, info) for info in lists(workspace)),
            drafts=tuple(drafts(workspace)),
            proposals=tuple(proposals(workspace)),
            stage=staged(workspace),
            revocations=workspace.row("SELECT count(*) FROM revocation")[0],
            audit=workspace.row("SELECT count(*) FROM audit")[0],
        )


def _roles(workspace: Workspace) -> tuple[RoleStatus, ...]:
    found = []
    for role, (version, data) in published_files(workspace).items():
        signed = Metadata.from_bytes(data).signed
        soon = ends_soon(workspace, role, signed)
        found.append(RoleStatus(role, version, signed.expires.astimezone(UTC), soon))
    return tuple(found)


def _list(workspace: Workspace, info: ListInfo) -> ListStatus:
    entries = count(workspace, info.name)
    if info.published is None:
        changed, segments = sum(entries.values()), 0
    else:
        (changed,) = workspace.row("SELECT count(*) FROM pending WHERE list = ?", info.number)
        segments = len(info.published.segments)
    return ListStatus(info, entries, changed, segments)
