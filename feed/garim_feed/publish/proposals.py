"""Two people: one proposes with a reason, another approves; both sign.

Rules:
- A proposal's signature covers list, reason, proposer, time and every line of it; an approval's
  covers the proposal. A store that was edited by hand in between is found out.
- Nobody approves their own: neither under the same name nor with the same key.
- Proposer and approver are people of the list's authority, with the keys they have now.
- An approval applies all of a proposal or nothing, and takes force at the next publish.
"""

from securesystemslib.signer import Signer

from garim_feed.errors import FeedError
from garim_feed.publish import audit, sealing
from garim_feed.publish.applying import apply
from garim_feed.publish.comparing import compare, done
from garim_feed.publish.drafts import drafted
from garim_feed.publish.lists import list_info
from garim_feed.publish.persons import Person, folded, holder
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.reviewing import (
    Action,
    Change,
    Proposal,
    Review,
    State,
    changes,
    proposal,
    proposals,
    review,
    summary,
)
from garim_feed.publish.signing_keys import signature
from garim_feed.publish.workspace import Workspace

__all__ = [
    "Action",
    "Change",
    "Proposal",
    "Review",
    "State",
    "approve",
    "changes",
    "proposals",
    "propose",
    "review",
    "withdraw",
]

MAX_REASON = 1000


def propose(
    workspace: Workspace,
    who: str,
    name: str,
    *,
    reason: str,
    signer: Signer,
    progress: Progress = silent,
) -> Proposal:
    """Turn a person's draft for a list into a signed proposal.

    Raises:
        FeedError: No draft, no reason, or the key is not that person's.
    """
    if not reason.strip() or len(reason) > MAX_REASON:
        raise FeedError(
            "A proposal needs a reason, of at most {count} characters.", count=MAX_REASON
        )
    with workspace.changing() as store:
        info = list_info(workspace, name)
        one = holder(workspace, who, info.authority)
        own_key(one, signer)
        number, lines = drafted(workspace, one, info)
        digest = sealing.lines_digest(workspace, number, lines, progress)
        store.execute(
            "UPDATE proposal SET state = ?, reason = ?, at = ?, digest = ?, keyid = ? WHERE id = ?",
            (
                State.OPEN.value,
                reason.strip(),
                workspace.now().isoformat(),
                digest,
                signer.public_key.keyid,
                number,
            ),
        )
        signed = signature(signer, sealing.proposal_words(workspace, number))
        store.execute("UPDATE proposal SET signature = ? WHERE id = ?", (signed.signature, number))
        audit.record(
            workspace,
            one.name,
            "propose",
            proposal=number,
            list=name,
            lines=lines,
            digest=digest,
            reason=reason.strip(),
            key=signed.keyid,
            signature=signed.signature,
        )
        return proposal(workspace, number)


def approve(
    workspace: Workspace,
    who: str,
    number: int,
    *,
    signer: Signer,
    progress: Progress = silent,
) -> Review:
    """Approve another person's proposal and apply it.

    Raises:
        FeedError: It is one's own, the key is not that person's, it is not open, or it was altered.
    """
    with workspace.changing() as store:
        found = proposal(workspace, number)
        info = list_info(workspace, found.list)
        one = holder(workspace, who, info.authority)
        own_key(one, signer)
        _another(workspace, found, one)
        sealing.check_proposal(workspace, number, progress)
        compare(workspace, info, number, progress)
        made = summary(workspace, found)
        apply(workspace, info, progress)
        done(workspace)
        at = workspace.now().isoformat()
        signed = signature(signer, sealing.approval_words(workspace, number, one.name, at))
        store.execute(
            "UPDATE proposal SET state = ?, approver = ?, approved = ?, approver_keyid = ?,"
            " approval = ? WHERE id = ?",
            (State.APPROVED.value, one.number, at, signed.keyid, signed.signature, number),
        )
        audit.record(
            workspace,
            one.name,
            "approve",
            proposal=number,
            list=info.name,
            proposer=found.proposer,
            before=made.before,
            after=made.after,
            key=signed.keyid,
            signature=signed.signature,
        )
    return made


def withdraw(workspace: Workspace, who: str, number: int, reason: str = "") -> None:
    """Take a proposal back (its proposer) or turn it down (another of the authority's people).

    Raises:
        FeedError: No such open proposal, or not one of the authority's people.
    """
    with workspace.changing() as store:
        found = proposal(workspace, number)
        one = holder(workspace, who, list_info(workspace, found.list).authority)
        store.execute("UPDATE proposal SET state = ? WHERE id = ?", (State.WITHDRAWN.value, number))
        audit.record(workspace, one.name, "withdraw", proposal=number, reason=reason[:MAX_REASON])


def own_key(one: Person, signer: Signer) -> None:
    """Refuse a key that is not the person's.

    Raises:
        FeedError: It is not.
    """
    if signer.public_key.keyid != one.card.public.keyid:
        raise FeedError("This key is not {name}'s.", name=one.name)


def _another(workspace: Workspace, found: Proposal, one: Person) -> None:
    """Refuse that somebody approves what they proposed, under whatever name or key."""
    (keyid, owner) = workspace.row("SELECT keyid, person FROM proposal WHERE id = ?", found.number)
    same_name = owner == one.number or folded(found.proposer) == folded(one.name)
    if same_name or keyid == one.card.public.keyid:
        raise FeedError(
            "{name} proposed this; somebody else has to approve it.", name=found.proposer
        )
