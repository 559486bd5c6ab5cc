"""What people sign when they propose and approve: words that stand for exactly these lines.

Rules:
- A proposal's words hold the feed, list, proposer, time, reason, number of lines and a digest of
  every line; an approval's words hold the proposal's words' digest, the approver and the time.
- The words say what they are, so that no signature of one kind passes for one of another, and none
  passes for a signature of published metadata.
"""

import hashlib
import json
from collections.abc import Mapping

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Signature

from garim_feed.errors import FeedError
from garim_feed.kinds import entry_id
from garim_feed.publish.persons import key_of
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.schema import KINDS, first_line, last_line, restored
from garim_feed.publish.workspace import Workspace

_BATCH = 10_000


def lines_digest(workspace: Workspace, proposal: int, lines: int, progress: Progress) -> str:
    """Return the SHA-256 over a proposal's lines in their order, in hex."""
    digest = hashlib.sha256()
    cursor = workspace.store.execute(
        "SELECT json_array(action, kind, key, hex(subject), effect, expires, quality, tight, wide,"
        " scope, hex(detail), hex(note)) FROM line WHERE id BETWEEN ? AND ? ORDER BY id",
        (first_line(proposal), last_line(proposal)),
    )
    done = 0
    while batch := cursor.fetchmany(_BATCH):
        digest.update("\n".join([line for (line,) in batch]).encode() + b"\n")
        done += len(batch)
        progress(Step.DIGEST, done, lines)
    return digest.hexdigest()


def proposal_words(workspace: Workspace, number: int) -> bytes:
    """Return what the proposer signs; the proposal's row is filled in already."""
    row = workspace.row(
        "SELECT l.name, o.name, p.at, p.reason, p.lines, p.digest FROM proposal p"
        " JOIN list l ON l.id = p.list JOIN person o ON o.id = p.person WHERE p.id = ?",
        number,
    )
    names = ("list", "proposer", "at", "reason", "lines", "digest")
    return _words(workspace, "proposal", number, dict(zip(names, row, strict=True)))


def approval_words(workspace: Workspace, number: int, approver: str, at: str) -> bytes:
    """Return what the approver signs."""
    proposal = hashlib.sha256(proposal_words(workspace, number)).hexdigest()
    facts = {"approver": approver, "at": at, "proposal": proposal}
    return _words(workspace, "approval", number, facts)


def _words(workspace: Workspace, kind: str, number: int, facts: Mapping[str, object]) -> bytes:
    whole = {"garim": kind, "feed": workspace.feed, "number": number, **facts}
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()


def check_proposal(workspace: Workspace, number: int, progress: Progress) -> None:
    """Check that a proposal is what its proposer signed.

    Raises:
        FeedError: It was altered after it was signed, or the key was given up since.
    """
    row = workspace.row(
        "SELECT p.lines, p.digest, p.keyid, p.signature, k.person = p.person, k.until"
        " FROM proposal p LEFT JOIN person_key k ON k.keyid = p.keyid WHERE p.id = ?",
        number,
    )
    lines, digest, keyid, signed, own, until = row
    if until is not None:
        raise FeedError(
            "The key that signed proposal {number} counts no longer; it has to be proposed again.",
            number=number,
        )
    same = own and lines_digest(workspace, number, lines, progress) == digest
    if not same or not _signed(workspace, keyid, signed, proposal_words(workspace, number)):
        raise FeedError(
            "Proposal {number} is not what was signed: somebody altered the store.", number=number
        )


def check_approvals(workspace: Workspace) -> None:
    """Check that all entries were approved, by a second person's signature.

    Raises:
        FeedError: One was not.
    """
    rows = workspace.store.execute(
        "SELECT p.id, o.name, p.approved, p.approver_keyid, p.approval FROM proposal p"
        " JOIN person o ON o.id = p.approver AND o.id <> p.person"
        " JOIN person_key k ON k.keyid = p.approver_keyid AND k.person = p.approver"
        " WHERE p.state = 'approved'"
    ).fetchall()
    good = {
        number
        for number, name, at, keyid, signed in rows
        if _signed(workspace, keyid, signed, approval_words(workspace, number, name, at))
    }
    for number, kind, key, _ in workspace.store.execute(
        "SELECT line >> 32, kind, key, min(line) FROM entry GROUP BY line >> 32"
    ):
        if number not in good:
            raise FeedError(
                "{entry} is on a list, and nobody approved it: somebody altered the store.",
                entry=entry_id(KINDS[kind], restored(key)),
            )


def _signed(workspace: Workspace, keyid: str, signed: str, words: bytes) -> bool:
    try:
        key_of(workspace, keyid).verify_signature(Signature(keyid, signed), words)
    except (UnverifiedSignatureError, VerificationError, FeedError):
        return False
    return True
