"""Who has signed what is staged, who still can, and adding a signature.

Rules:
- A new root is judged by the old root's people and by its own; everything else by the roots and
  delegations that will be in force with it.
- Who has left can still sign what their old key counts for: a root that lets them go.
- Only keys that count are used; a signature is checked as soon as it is made.
"""

from dataclasses import dataclass
from typing import Any

from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata, RootVerificationResult, VerificationResult

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.metadata import published, upcoming, waiting, written
from garim_feed.publish.persons import folded, name_of
from garim_feed.publish.roles import ROOT, TARGETS
from garim_feed.publish.signing_keys import signature
from garim_feed.publish.workspace import Workspace

type Result = VerificationResult | RootVerificationResult


@dataclass(frozen=True, slots=True)
class StagedRole:
    """One role's metadata on its way.

    Attributes:
        role: The role.
        version: Its new version.
        needed: Signatures it needs, the growth guard's extra one included.
        signed: Names of who has signed.
        can_sign: Names of who still can.
        missing: Signatures still needed.
        reasons: Why it is staged: `new`, `lists`, `revocations`, `description`, `people`, `policy`,
            `models`, `expiry`.
    """

    role: str
    version: int
    needed: int
    signed: tuple[str, ...]
    can_sign: tuple[str, ...]
    missing: int
    reasons: tuple[str, ...]


def staged_roles(workspace: Workspace) -> list[StagedRole]:
    """Return what waits for signatures, root first."""
    rows = workspace.store.execute("SELECT role, version, data, reasons, extra FROM staged")
    found = []
    for role, version, data, reasons, extra in rows.fetchall():
        result = judged(workspace, role, Metadata.from_bytes(data))
        signed = {name_of(workspace, keyid) for keyid in result.signed}
        unsigned = {name_of(workspace, keyid) for keyid in result.unsigned}
        needed, missing = _needed(result, extra)
        found.append(
            StagedRole(
                role,
                version,
                needed,
                tuple(sorted(signed)),
                tuple(sorted(unsigned)),
                missing,
                tuple(reasons.split()),
            )
        )
    order = {ROOT: 0, TARGETS: 1}
    return sorted(found, key=lambda one: (order.get(one.role, 2), one.role))


def judged(workspace: Workspace, role: str, metadata: Metadata[Any]) -> Result:
    """Return which signatures of a role's metadata count, and which keys could still sign."""
    data, signatures = metadata.signed_bytes, metadata.signatures
    if role == ROOT:
        old = published(workspace, ROOT)
        root_result: RootVerificationResult = metadata.signed.get_root_verification_result(
            old.signed if old else None, data, signatures
        )
        return root_result
    above = upcoming(workspace, ROOT if role == TARGETS else TARGETS)
    if above is None:
        raise AssertionError("staged without a root")
    result: VerificationResult = above.signed.get_verification_result(role, data, signatures)
    return result


def sign(workspace: Workspace, who: str, signer: Signer) -> tuple[str, ...]:
    """Sign every staged role that a person's key counts for; return the roles.

    Raises:
        FeedError: Nothing is staged, or the key is not that person's or counts for none of it.
    """
    keyid = signer.public_key.keyid
    name = name_of(workspace, keyid)
    if folded(name) != folded(who):
        raise FeedError("This key is not {name}'s.", name=who)
    waits = staged_roles(workspace)
    if not waits:
        raise FeedError("Nothing is staged; `stage` comes before signing.")
    made = {}
    for each in waits:
        metadata = waiting(workspace, each.role)
        if metadata is None:
            continue
        result = judged(workspace, each.role, metadata)
        if keyid in result.signed or keyid in result.unsigned:
            made[each.role] = (metadata.signed_bytes, signature(signer, metadata.signed_bytes))
    if not made:
        raise FeedError("{name}'s key counts for nothing that is staged.", name=name)
    with workspace.changing() as store:
        for role, (data, signed) in made.items():
            metadata = waiting(workspace, role)
            if metadata is None or metadata.signed_bytes != data:
                raise FeedError("Somebody staged anew in the meantime; look, and sign again.")
            metadata.signatures[signed.keyid] = signed
            store.execute("UPDATE staged SET data = ? WHERE role = ?", (written(metadata), role))
        audit.record(workspace, name, "sign", roles=" ".join(made), key=keyid)
    return tuple(made)


def _needed(result: Result, extra: int) -> tuple[int, int]:
    """Return how many signatures are needed and how many are missing."""
    if isinstance(result, VerificationResult):
        needed = result.threshold + extra
        return needed, max(0, needed - len(result.signed))
    old, new = result.first, result.second
    both = len(old.unsigned.keys() & new.unsigned.keys())
    shared = min(both, old.missing, new.missing)
    missing = old.missing + new.missing - shared
    return len(result.signed) + missing, missing
