"""How the feed stands, in one value."""

from dataclasses import dataclass
from datetime import datetime

from garim_feed.kinds import Kind
from garim_feed.publish.drafts import Draft
from garim_feed.publish.lists import ListInfo
from garim_feed.publish.proposals import Proposal
from garim_feed.publish.staging import Stage
from garim_feed.publish.workspace import Workspace


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
        changed: Entries that differ from what is published.
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
        root_fingerprint: SHA-256 of the first root, in hex, or `""` before the first publish; what an
            agent shows when the feed is added.
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
    raise NotImplementedError
