"""Proposals as others see them: what they say, what would change.

Rules:
- A review first checks that the proposal is what its proposer signed.
- Looking changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, entry_id
from garim_feed.publish.comparing import ADDED, CHANGED, REMOVED, SAME, compare, done
from garim_feed.publish.items import Item
from garim_feed.publish.lines import item_of
from garim_feed.publish.lists import count, list_info
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.schema import KINDS, restored
from garim_feed.publish.sealing import check_proposal
from garim_feed.publish.workspace import Workspace
from garim_feed.sync.guards import allowed_growth


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


ACTIONS = {ADDED: Action.ADD, CHANGED: Action.CHANGE, REMOVED: Action.REMOVE, SAME: Action.SAME}


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
        extra_signature: Whether agents will ask for one more signature, since the list grows so
            much beyond what is published.
    """

    proposal: Proposal
    counts: dict[Action, dict[Kind, int]]
    before: int
    after: int
    extra_signature: bool


def proposals(workspace: Workspace, states: Sequence[State] = (State.OPEN,)) -> list[Proposal]:
    """Return proposals, oldest first."""
    rows = workspace.store.execute(
        "SELECT p.id, l.name, o.name, p.reason, p.at, p.lines, p.state, coalesce(a.name, '')"
        " FROM proposal p JOIN list l ON l.id = p.list JOIN person o ON o.id = p.person"
        " LEFT JOIN person a ON a.id = p.approver WHERE p.digest IS NOT NULL ORDER BY p.id"
    ).fetchall()
    found = [
        Proposal(number, name, who, reason, datetime.fromisoformat(at), lines, State(state), other)
        for number, name, who, reason, at, lines, state, other in rows
    ]
    return [one for one in found if one.state in states]


def proposal(workspace: Workspace, number: int) -> Proposal:
    """Return an open proposal.

    Raises:
        FeedError: There is none of that number, or it is not open.
    """
    for one in proposals(workspace):
        if one.number == number:
            return one
    raise FeedError("There is no open proposal {number}.", number=number)


def review(workspace: Workspace, number: int, *, progress: Progress = silent) -> Review:
    """Return what a proposal would change now.

    Raises:
        FeedError: No such open proposal, or it was altered after it was signed.
    """
    with workspace.reading():
        found = proposal(workspace, number)
        check_proposal(workspace, number, progress)
        compare(workspace, list_info(workspace, found.list), number, progress)
        made = summary(workspace, found)
        done(workspace)
    return made


def changes(workspace: Workspace, number: int) -> Iterator[Change]:
    """Return a proposal's lines, compared with the list as it is now.

    Of several lines on one entry only the last is told.

    Raises:
        FeedError: No such open proposal.
    """
    with workspace.reading():
        found = proposal(workspace, number)
        compare(workspace, list_info(workspace, found.list), number, silent)
        for outcome, *row in workspace.store.execute(
            "SELECT n.outcome, s.* FROM temp.latest n CROSS JOIN said s ON s.id = n.line"
        ):
            yield Change(ACTIONS[outcome], entry_id(KINDS[row[1]], restored(row[2])), item_of(row))
        done(workspace)


def summary(workspace: Workspace, found: Proposal) -> Review:
    """Return the figures of what `comparing.compare` found."""
    counts: dict[Action, dict[Kind, int]] = {action: {} for action in Action}
    for outcome, kind, lines in workspace.store.execute(
        "SELECT outcome, kind, count(*) FROM temp.latest GROUP BY outcome, kind"
    ):
        counts[ACTIONS[outcome]][KINDS[kind]] = lines
    before = sum(count(workspace, found.list).values())
    more, less = (sum(counts[one].values()) for one in (Action.ADD, Action.REMOVE))
    published = list_info(workspace, found.list).published
    held = sum(published.entries.values()) if published else 0
    after = before + more - less
    extra = published is not None and after - held > allowed_growth(held)
    return Review(found, counts, before, after, extra)
