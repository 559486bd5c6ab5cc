"""Role metadata: what is published, what waits for signatures, and what the next one should say.

Rules:
- All role metadata is made and read by python-tuf; this module only fills it in.
- Delegations are terminating and bound to their paths; consistent snapshots are on.
- A role's metadata is issued again when a quarter of its time is left, an online role's when half
  is.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Root, Signed, Targets
from tuf.api.metadata import Role as TufRole
from tuf.api.serialization.json import JSONSerializer

from garim_feed.errors import FeedError
from garim_feed.publish import roles
from garim_feed.publish.online import online_key
from garim_feed.publish.persons import people
from garim_feed.publish.roles import MODELS, ONLINE, POLICY, ROOT, TARGETS
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.names import REVOKE

if TYPE_CHECKING:
    from securesystemslib.signer import Key

TOP = (ROOT, TARGETS, *ONLINE)
_SERIALIZER = JSONSerializer(compact=True)


def published(workspace: Workspace, role: str) -> Metadata[Any] | None:
    """Return a role's published metadata."""
    row = workspace.row(
        "SELECT data FROM metadata WHERE role = ? ORDER BY version DESC LIMIT 1", role
    )
    return Metadata.from_bytes(row[0]) if row else None


def in_force(workspace: Workspace, role: str) -> Metadata[Any]:
    """Return a role's published metadata.

    Raises:
        FeedError: Nothing is published yet.
    """
    found = published(workspace, role)
    if found is None:
        raise FeedError("This feed is not published yet; `stage`, `sign`, then `publish`.")
    return found


def published_files(workspace: Workspace) -> dict[str, tuple[int, bytes]]:
    """Return version and bytes of every role's published metadata."""
    rows = workspace.store.execute(
        "SELECT role, max(version), data FROM metadata GROUP BY role ORDER BY role"
    )
    return {role: (version, data) for role, version, data in rows}


def roots(workspace: Workspace) -> dict[int, bytes]:
    """Return every root that was ever published, by version."""
    rows = workspace.store.execute(
        "SELECT version, data FROM metadata WHERE role = ? ORDER BY version", (ROOT,)
    )
    return dict(rows.fetchall())


def waiting(workspace: Workspace, role: str) -> Metadata[Any] | None:
    """Return a role's staged metadata."""
    row = workspace.row("SELECT data FROM staged WHERE role = ?", role)
    return Metadata.from_bytes(row[0]) if row else None


def upcoming(workspace: Workspace, role: str) -> Metadata[Any] | None:
    """Return a role's metadata as it will be after the next publish."""
    return waiting(workspace, role) or published(workspace, role)


def written(metadata: Metadata[Any]) -> bytes:
    """Return metadata as it travels."""
    return metadata.to_bytes(_SERIALIZER)


def expiry(workspace: Workspace, role: str) -> datetime:
    """Return when metadata that is issued now ends."""
    return workspace.now() + timedelta(days=roles.role(workspace, role).days)


def ends_soon(workspace: Workspace, role: str, signed: Signed) -> bool:
    """Whether it is time to issue a role's metadata again."""
    whole = timedelta(days=roles.role(workspace, role).days)
    left = signed.expires - workspace.now()
    return left < whole / (2 if role in ONLINE else 4)


def next_root(workspace: Workspace, version: int) -> Root:
    """Return the root that the store's people and roles ask for."""
    keys = {one.name: one.card.public for one in people(workspace)}
    settings = {role.name: role for role in roles.roles(workspace)}
    signers = {
        **{role: [keys[name] for name in settings[role].people] for role in (ROOT, TARGETS)},
        **{role: [online_key(workspace)] for role in ONLINE},
    }
    return Root(
        version=version,
        expires=expiry(workspace, ROOT),
        keys={key.keyid: key for each in signers.values() for key in each},
        roles={
            role: TufRole([key.keyid for key in each], settings[role].threshold)
            for role, each in signers.items()
        },
        consistent_snapshot=True,
    )


def same_root(one: Root, other: Root) -> bool:
    """Whether two roots give the same keys the same roles."""
    return (one.keys, one.roles) == (other.keys, other.roles)


def next_delegations(workspace: Workspace) -> Delegations:
    """Return the delegations that the store's authorities and people ask for."""
    keys = {one.name: one.card.public for one in people(workspace)}
    used: dict[str, Key] = {}
    delegated: dict[str, DelegatedRole] = {}
    for role in roles.roles(workspace):
        if role.name in TOP:
            continue
        own = {keys[name].keyid: keys[name] for name in role.people}
        used |= own
        delegated[role.name] = DelegatedRole(
            role.name, list(own), role.threshold, terminating=True, paths=[_paths(role.name)]
        )
    return Delegations(used, delegated)


def delegated_roles(workspace: Workspace) -> list[str]:
    """Return the names of all delegated roles."""
    return [role.name for role in roles.roles(workspace) if role.name not in TOP]


def new_targets(workspace: Workspace, role: str, version: int) -> Targets:
    """Return metadata without targets."""
    return Targets(version=version, expires=expiry(workspace, role))


def _paths(role: str) -> str:
    if role == POLICY:
        return "policy/*"
    if role == MODELS:
        return "models/*/*"
    if role.endswith(REVOKE):
        return f"revoked/{role.removesuffix(REVOKE)}/*"
    return f"lists/{role}/*"
