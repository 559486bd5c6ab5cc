"""`garim-feed propose | review | approve | withdraw`: one person says it, another agrees."""

from collections.abc import Callable
from dataclasses import asdict
from itertools import islice

from garim_addon.text import _
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING
from garim_agent.feedtool.bars import told
from garim_agent.feedtool.session import Session, chosen_list
from garim_agent.surface import agreed, put, put_json, say
from garim_feed.publish import proposals
from garim_feed.publish.proposals import Action, Change, Proposal, Review
from garim_feed.publish.workspace import Workspace

SHOWN = 40
"""Lines of a proposal that are printed, if not all are asked for."""

_MARKS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-", Action.SAME: "="}


def propose(session: Session, name: str, reason: str) -> int:
    """Sign one's draft and put it before the others."""
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        signer = session.signer(workspace)
        with told() as tell:
            made = proposals.propose(
                workspace, who, info.name, reason=reason, signer=signer, progress=tell
            )
    put(str(made.number))
    say(
        _(
            "Proposal {number} for {list} has {lines} lines. Another person approves it: "
            "garim-feed approve {number}",
            number=made.number,
            list=made.list,
            lines=made.lines,
        )
    )
    return EXIT_NOTHING


def review(session: Session, number: int | None, *, everything: bool, as_json: bool) -> int:
    """Print the open proposals, or what one of them would change."""
    with session.open() as workspace:
        if number is None:
            return _list(workspace, as_json=as_json)
        with told() as tell:
            found = proposals.review(workspace, number, progress=tell)
        shown = _changes(workspace, number, None if everything else SHOWN)
    if as_json:
        put_json(asdict(found) | {"changes": [asdict(change) for change in shown]})
    else:
        _print(found, shown)
    return EXIT_NOTHING


def approve(session: Session, number: int, *, yes: bool) -> int:
    """Show a proposal, ask, sign and apply it."""
    with session.open() as workspace:
        who = session.person(workspace)
        if not yes:
            found = proposals.review(workspace, number)
            _print(found, _changes(workspace, number, SHOWN), write=say)
            if not agreed(_("Approve proposal {number} as {person}?", number=number, person=who)):
                say(_("Nothing was changed."))
                return EXIT_ERROR
        signer = session.signer(workspace)
        with told() as tell:
            done = proposals.approve(workspace, who, number, signer=signer, progress=tell)
    say(
        _(
            "Approved: {list} has {after} entries now, {before} before. "
            "Next: garim-feed sign, by as many people as it takes.",
            list=done.proposal.list,
            after=done.after,
            before=done.before,
        )
    )
    return EXIT_NOTHING


def withdraw(session: Session, number: int, reason: str) -> int:
    """Take one's own proposal back, or turn another's down."""
    with session.open() as workspace:
        proposals.withdraw(workspace, session.person(workspace), number, reason)
    say(_("Proposal {number} is withdrawn.", number=number))
    return EXIT_NOTHING


def line(change: Change) -> str:
    """One change as a line."""
    item = change.item
    facts = [item.subject or "-"]
    if item.effect != "block":
        facts.append(str(item.effect))
    if item.expires:
        facts.append(_("until {date}", date=item.expires))
    if item.note:
        facts.append(f"({item.note})")
    return f"{_MARKS[change.action]} {change.entry}  {' '.join(facts)}"


def summary(proposal: Proposal) -> str:
    """One proposal as a line."""
    return _(
        "{number}: {list}, {lines} lines, by {person} at {time}: {reason}",
        number=proposal.number,
        list=proposal.list,
        lines=proposal.lines,
        person=proposal.proposer,
        time=proposal.at.astimezone().strftime("%Y-%m-%d %H:%M"),
        reason=proposal.reason,
    )


def _changes(workspace: Workspace, number: int, count: int | None) -> list[Change]:
    """Return the first lines of a proposal; the rest of a long one is not even read."""
    lines = proposals.changes(workspace, number)
    try:
        return list(islice(lines, count))
    finally:
        close = getattr(lines, "close", None)
        if close is not None:  # it reads the workspace, which closes before it is collected
            close()


def _list(workspace: Workspace, *, as_json: bool) -> int:
    found = proposals.proposals(workspace)
    if as_json:
        put_json([asdict(proposal) for proposal in found])
    for proposal in () if as_json else found:
        put(summary(proposal))
    if not found and not as_json:
        say(_("No proposal is open."))
    return EXIT_NOTHING


def _print(found: Review, shown: list[Change], write: Callable[[str], None] = put) -> None:
    write(summary(found.proposal))
    for action, kinds in found.counts.items():
        for kind, count in kinds.items():
            write(f"  {_MARKS[action]} {count} {kind}")
    write(
        _(
            "The list has {before} entries, and then {after}.",
            before=found.before,
            after=found.after,
        )
    )
    if found.extra_signature:
        write(
            _(
                "It grows so much that agents ask for one more signature than usual: "
                "plan for another person to sign."
            )
        )
    for change in shown:
        write(line(change))
    left = found.proposal.lines - len(shown)
    if left > 0:
        write(
            _(
                "... and {left} more lines: garim-feed review {number} --all",
                left=left,
                number=found.proposal.number,
            )
        )
