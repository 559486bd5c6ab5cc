"""The moment of publishing: signed metadata becomes what is in force, in one transaction.

Rules:
- Nothing is released unless every role has its signatures.
- Snapshot and timestamp are signed by the online key that the root in force names, and by the one
  that the root before it named.
- A timestamp says when it was made; readers count a feed's age from that.
- Snapshot and timestamp name what they point to by version, length and SHA-256.
- What changed of each list is kept as history, for `diff`; what was replaced is retired.
"""

from collections.abc import Mapping

from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, Timestamp

from garim_feed.errors import FeedError
from garim_feed.publish import stocking
from garim_feed.publish.key_files import online_signer
from garim_feed.publish.lists import ListInfo, lists
from garim_feed.publish.metadata import (
    TOP,
    ends_soon,
    expiry,
    in_force,
    published,
    published_files,
    roots,
    written,
)
from garim_feed.publish.roles import ONLINE, ROOT, SNAPSHOT, TARGETS, TIMESTAMP
from garim_feed.publish.signing import StagedRole, staged_roles
from garim_feed.publish.signing_keys import signature
from garim_feed.publish.workspace import Workspace
from garim_feed.sync.verified import PUBLISHED
from garim_feed.wire.names import REVOKE


def release(workspace: Workspace) -> dict[str, int]:
    """Put what is staged in force; return the new versions of lists. Part of a transaction.

    Raises:
        FeedError: Signatures are missing, the online key is, or what was staged is too old.
    """
    roles = staged_roles(workspace)
    for role in roles:
        _complete(role)
    with workspace.changing() as store:
        before = stocking.current(workspace)
        rows = store.execute("SELECT role, version, data FROM staged").fetchall()
        for role, version, data in rows:
            put(workspace, role, version, data)
        fresh = {info.name: info.version + 1 for info in lists(workspace) if info.staged}
        for info in lists(workspace):
            if info.staged is not None:
                _advance(workspace, info)
        for role in roles:
            if role.role.endswith(REVOKE):
                _fold(workspace, role.role.removesuffix(REVOKE))
        store.execute("DELETE FROM staged")
        retire(workspace, before)
        renew(workspace, changed=True)
        _sound(workspace)
    return fresh


def put(workspace: Workspace, role: str, version: int, data: bytes) -> None:
    """Put a role's metadata in force; part of a transaction."""
    store, now = workspace.store, workspace.now().isoformat()
    if role != ROOT:
        store.execute(
            "UPDATE metadata SET retired = ? WHERE role = ? AND retired IS NULL", (now, role)
        )
    store.execute("INSERT INTO metadata VALUES (?, ?, ?, NULL)", (role, version, data))


def retire(workspace: Workspace, before: Mapping[str, object]) -> None:
    """Note which files are named no more; part of a transaction."""
    now = workspace.now().isoformat()
    current = stocking.current(workspace)
    workspace.store.executemany(
        "INSERT OR REPLACE INTO retired VALUES (?, ?)",
        [(path, now) for path in before if path not in current],
    )
    workspace.store.executemany("DELETE FROM retired WHERE path = ?", [(path,) for path in current])


def renew(workspace: Workspace, *, changed: bool) -> bool:
    """Sign snapshot and timestamp anew where they have to be; part of a transaction.

    Args:
        workspace: The workspace.
        changed: Whether metadata that the snapshot names has changed.

    Returns:
        Whether anything was signed.

    Raises:
        FeedError: The online key's file is missing.
    """
    if changed or _due(workspace, SNAPSHOT):
        files = published_files(workspace)
        meta = {
            f"{role}.json": MetaFile.from_data(version, data, ["sha256"])
            for role, (version, data) in files.items()
            if role not in {ROOT, *ONLINE}
        }
        snapshot = Snapshot(
            _next(workspace, SNAPSHOT), expires=expiry(workspace, SNAPSHOT), meta=meta
        )
        _issue(workspace, SNAPSHOT, Metadata(snapshot))
        changed = True
    if changed or _due(workspace, TIMESTAMP):
        version, data = published_files(workspace)[SNAPSHOT]
        timestamp = Timestamp(
            _next(workspace, TIMESTAMP),
            expires=expiry(workspace, TIMESTAMP),
            snapshot_meta=MetaFile.from_data(version, data, ["sha256"]),
        )
        timestamp.unrecognized_fields[PUBLISHED] = workspace.now().isoformat()
        _issue(workspace, TIMESTAMP, Metadata(timestamp))
        return True
    return False


def _complete(role: StagedRole) -> None:
    if role.missing:
        raise FeedError(
            "{role} lacks {count} signatures; these people can still sign: {names}.",
            role=role.role,
            count=role.missing,
            names=", ".join(role.can_sign),
        )


def _sound(workspace: Workspace) -> None:
    """Refuse a release that readers would: keys or days changed since something was staged."""
    root, targets = (in_force(workspace, role).signed for role in (ROOT, TARGETS))
    for role, (_, data) in published_files(workspace).items():
        metadata = Metadata.from_bytes(data)
        judge = root if role in TOP else targets
        signed = judge.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
        if not signed or metadata.signed.is_expired(workspace.now()):
            raise FeedError(
                "What was staged does not fit any more: {role} has run out, or was signed by other "
                "people since. Stage and sign again.",
                role=role,
            )


def _advance(workspace: Workspace, info: ListInfo) -> None:
    """Make a list's staged version the published one."""
    store, staged = workspace.store, info.staged
    if staged is None:
        raise AssertionError("a list that is not staged")
    if info.published is not None:
        store.execute(
            "INSERT INTO history SELECT list, ?, kind, key, published, staged FROM pending"
            " WHERE list = ? AND published <> staged",
            (staged.version, info.number),
        )
    store.execute(
        "UPDATE pending SET published = staged, staged = NULL WHERE list = ?", (info.number,)
    )
    store.execute(
        "DELETE FROM pending WHERE list = ? AND published = coalesce((SELECT line FROM entry e"
        " WHERE e.list = pending.list AND e.kind = pending.kind AND e.key = pending.key), 0)",
        (info.number,),
    )
    store.execute("UPDATE list SET published = staged, staged = NULL WHERE id = ?", (info.number,))


def _fold(workspace: Workspace, authority: str) -> None:
    """Forget revocations: the lists that were signed now hold those entries no more."""
    workspace.store.execute(
        "DELETE FROM revocation WHERE list IN (SELECT id FROM list WHERE authority = ?)",
        (authority,),
    )


def _due(workspace: Workspace, role: str) -> bool:
    found = published(workspace, role)
    if found is None:
        return True
    online = in_force(workspace, ROOT).signed.get_verification_result(
        role, found.signed_bytes, found.signatures
    )
    return not online.verified or ends_soon(workspace, role, found.signed)


def _next(workspace: Workspace, role: str) -> int:
    found = published(workspace, role)
    return found.signed.version + 1 if found else 1


def _issue(
    workspace: Workspace, role: str, metadata: Metadata[Snapshot] | Metadata[Timestamp]
) -> None:
    """Sign an online role's metadata and put it in force.

    The key that the root before named signs too, so that a reader who has not seen the new root yet
    is not turned away in the moment of a change of keys.
    """
    every = [Metadata[Root].from_bytes(data).signed for data in roots(workspace).values()]
    now, before = ({*root.roles[role].keyids} for root in (every[-1], every[-2:][0]))
    known = {keyid: key for root in every[-2:] for keyid, key in root.keys.items()}
    for keyid in now | before:
        try:
            signer = online_signer(workspace.keys, known[keyid])
        except FeedError:
            if keyid in now:
                raise
            continue
        metadata.signatures[keyid] = signature(signer, metadata.signed_bytes)
    put(workspace, role, metadata.signed.version, written(metadata))
