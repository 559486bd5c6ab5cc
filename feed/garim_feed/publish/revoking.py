"""The fast lane: one person takes an entry out of force, at once.

Rules:
- It can only take away: the `-revoke` role signs a file of entry ids, at most 10,000.
- One signature is enough; what it took away is folded into ordinary removals (two signatures) at
  the next full publish, and whoever wants it back proposes it again.
- A staged publish stays valid beside it; the revocation outlives that publish, since what was
  staged may still hold the entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata

from garim_feed.errors import FeedError
from garim_feed.kinds import entry_id
from garim_feed.publish import audit, stocking
from garim_feed.publish.deploying import check, deploy
from garim_feed.publish.entries import parse
from garim_feed.publish.lists import ListInfo, list_info, lists
from garim_feed.publish.metadata import in_force, new_targets, written
from garim_feed.publish.persons import Person, holder
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.proposals import own_key
from garim_feed.publish.releasing import put, renew, retire
from garim_feed.publish.roles import TARGETS
from garim_feed.publish.schema import KINDS, restored
from garim_feed.publish.signing_keys import signature
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.names import revocations_path, revoke_role
from garim_feed.wire.revocations import MAX_ENTRIES, Revocation, Revocations, write_revocations


@dataclass(frozen=True, slots=True)
class Revoked:
    """One revocation in force.

    Attributes:
        list: The list.
        entry: The entry's id.
        at: When.
        by: Who.
        reason: Why.
    """

    list: str
    entry: str
    at: datetime
    by: str
    reason: str


def revoke_now(
    workspace: Workspace,
    who: str,
    name: str,
    entries: Sequence[str],
    *,
    reason: str,
    signer: Signer,
    folder: Path,
    progress: Progress = silent,
) -> None:
    """Take entries of a list out of force and publish that at once.

    Args:
        workspace: The workspace.
        who: One of the authority's people.
        name: The list.
        entries: Ids, as `garim why`, the page or `entries.entry_of` say them.
        reason: Why.
        signer: That person's key.
        folder: Where the feed is published.
        progress: Told how far it is.

    Raises:
        FeedError: Not one of the people, not their key, no such entry, too many, or nothing
            published yet.
    """
    with workspace.publishing():
        check(workspace, folder)
        with workspace.changing():
            info = list_info(workspace, name)
            one = holder(workspace, who, info.authority)
            own_key(one, signer)
            role = in_force(workspace, revoke_role(info.authority))
            for entry in entries:
                _take_away(workspace, info, one, entry, reason)
            before = stocking.current(workspace)
            _issue(workspace, info.authority, role.signed.version + 1, signer)
            retire(workspace, before)
            renew(workspace, changed=True)
            audit.record(
                workspace,
                one.name,
                "revoke",
                list=name,
                entries=" ".join(entries),
                reason=reason,
                key=signer.public_key.keyid,
            )
        deploy(workspace, folder, progress)


def revocations(workspace: Workspace) -> list[Revoked]:
    """Return the revocations in force, oldest first."""
    rows = workspace.store.execute(
        "SELECT l.name, r.kind, r.key, r.at, p.name, r.reason FROM revocation r"
        " JOIN list l ON l.id = r.list JOIN person p ON p.id = r.person ORDER BY r.at, r.key"
    )
    return [
        Revoked(name, entry_id(KINDS[kind], restored(key)), datetime.fromisoformat(at), who, why)
        for name, kind, key, at, who, why in rows
    ]


def _take_away(workspace: Workspace, info: ListInfo, one: Person, entry: str, reason: str) -> None:
    """Take one entry off the list, as an approved removal would, and note the revocation."""
    store = workspace.store
    kind, key = parse(entry)
    where = (info.number, kind, key)
    row = workspace.row("SELECT line FROM entry WHERE list = ? AND kind = ? AND key = ?", *where)
    held = workspace.row(
        "SELECT published, staged FROM pending WHERE list = ? AND kind = ? AND key = ?", *where
    )
    if row is None and not (held and any(held)):
        raise FeedError("{subject} is not on {list}.", subject=entry, list=info.name)
    if row is not None:
        store.execute(
            "INSERT OR IGNORE INTO pending VALUES (?, ?, ?, ?, ?)",
            (*where, row[0] if info.published else 0, row[0] if info.staged else None),
        )
        store.execute("DELETE FROM entry WHERE list = ? AND kind = ? AND key = ?", where)
    store.execute(
        "INSERT OR REPLACE INTO revocation VALUES (?, ?, ?, ?, ?, ?)",
        (*where, workspace.now().isoformat(), one.number, reason),
    )


def _issue(workspace: Workspace, authority: str, version: int, signer: Signer) -> None:
    """Sign the authority's revocations and put them in force."""
    named = {info.name for info in lists(workspace) if info.authority == authority}
    entries = tuple(
        Revocation(list=one.list, entry=one.entry, at=one.at.astimezone(UTC))
        for one in revocations(workspace)
        if one.list in named
    )
    if len(entries) > MAX_ENTRIES:
        raise FeedError(
            "At most {count} entries can be revoked at a time; publish the lists first.",
            count=MAX_ENTRIES,
        )
    path = revocations_path(authority)
    document = Revocations(format=1, authority=authority, entries=entries)
    role = revoke_role(authority)
    targets = new_targets(workspace, role, version)
    targets.targets = {path: stocking.put(workspace, path, write_revocations(document))}
    targets.unrecognized_fields[audit.ANCHOR] = audit.head(workspace)
    metadata = Metadata(targets)
    signed = signature(signer, metadata.signed_bytes)
    metadata.signatures[signed.keyid] = signed
    judge = in_force(workspace, TARGETS).signed
    if not judge.get_verification_result(role, metadata.signed_bytes, metadata.signatures):
        raise FeedError("This key is not in force yet; publish first, or let somebody else revoke.")
    workspace.store.execute("DELETE FROM staged WHERE role = ?", (role,))
    put(workspace, role, version, written(metadata))
