"""Two people: one proposes with a reason, another approves; both sign.

Rules:
- A proposal's signature covers list, reason, proposer, time and every line of it; an approval's
  covers the proposal. A store that was edited by hand in between is found out.
- Nobody approves their own: neither under the same name nor with the same key.
- Proposer and approver are people of the list's authority.
- An approval applies all of a proposal or nothing, and takes force at the next publish.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from securesystemslib.signer import Signer

from garim_feed.kinds import Kind
from garim_feed.publish.items import Item
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.workspace import Workspace


class State(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What a line does to the list."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal.

    Attributes:
        number: Its number.
        list: The list.
        proposer: Name.
        reason: Why.
        at: When it was proposed.
        lines: How many lines it has.
        state: Where it stands.
        approver: Name, or `""`.
    """

    number: int
    list: str
    proposer: str
    reason: str
    at: datetime
    lines: int
    state: State
    approver: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line, compared with a list.

    Attributes:
        action: What it does.
        entry: The entry's id.
        item: The item.
    """

    action: Action
    entry: str
    item: Item


@dataclass(frozen=True, slots=True)
class Review:
    """What would change.

    Attributes:
        proposal: The proposal.
        counts: How many entries of each kind each action touches.
        before: Entries on the list now.
        after: Entries on it then.
        extra_signature: Whether agents will ask for one more signature, since the list grows so much.
    """

    proposal: Proposal
    counts: dict[Action, dict[Kind, int]]
    before: int
    after: int
    extra_signature: bool


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
    raise NotImplementedError


def proposals(workspace: Workspace, states: Sequence[State] = (State.OPEN,)) -> list[Proposal]:
    """Return proposals, oldest first."""
    raise NotImplementedError


def review(workspace: Workspace, number: int, *, progress: Progress = silent) -> Review:
    """Return what a proposal would change now.

    Raises:
        FeedError: No such open proposal, or it was altered after it was signed.
    """
    raise NotImplementedError


def changes(workspace: Workspace, number: int) -> Iterator[Change]:
    """Return a proposal's lines, compared with the list as it is now (only the last word on an entry).

    Raises:
        FeedError: No such proposal.
    """
    raise NotImplementedError


def approve(
    workspace: Workspace, who: str, number: int, *, signer: Signer, progress: Progress = silent
) -> Review:
    """Approve another person's proposal and apply it.

    Raises:
        FeedError: It is one's own, the key is not that person's, it is not open, or it was altered.
    """
    raise NotImplementedError


def withdraw(workspace: Workspace, who: str, number: int, reason: str = "") -> None:
    """Take a proposal back (its proposer) or turn it down (another of the authority's people).

    Raises:
        FeedError: No such open proposal, or not one of the authority's people.
    """
    raise NotImplementedError
