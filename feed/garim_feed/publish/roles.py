"""Roles: how many signatures each needs, whose, and for how long they hold.

Rules:
- People sign `root`, `targets`, each authority's slug, its `-revoke`, `policy` and `models`; one
  online key signs `snapshot` and `timestamp`.
- A role has at least as many people as it needs signatures. An authority's `-revoke` role needs
  one, from the authority's own people.
- Changes take force with the next publish.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.persons import person
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.names import REVOKE

ROOT, TARGETS, SNAPSHOT, TIMESTAMP = "root", "targets", "snapshot", "timestamp"
POLICY, MODELS = "policy", "models"
ONLINE = (SNAPSHOT, TIMESTAMP)
AUTHORITY, REVOCATIONS = "authority", "revoke"
DAYS = {
    ROOT: 365,
    TARGETS: 90,
    AUTHORITY: 90,
    REVOCATIONS: 30,
    SNAPSHOT: 7,
    TIMESTAMP: 1,
}
"""Days for which metadata holds, by role or by kind of role."""
MAX_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Role:
    """One role's settings.

    Attributes:
        name: `root`, `targets`, `snapshot`, `timestamp`, an authority's slug, its `-revoke`,
            `policy`, `models`.
        threshold: Signatures it needs.
        days: Days for which its metadata holds.
        people: Names of who signs it; none for the online roles.
    """

    name: str
    threshold: int
    days: int
    people: tuple[str, ...]


def roles(workspace: Workspace) -> list[Role]:
    """Return every role's settings, by name."""
    return [
        Role(name, threshold, days, _people(workspace, name))
        for name, threshold, days in workspace.store.execute(
            "SELECT name, threshold, days FROM role ORDER BY name"
        ).fetchall()
    ]


def role(workspace: Workspace, name: str) -> Role:
    """Return one role's settings.

    Raises:
        FeedError: There is none of that name.
    """
    for one in roles(workspace):
        if one.name == name:
            return one
    raise FeedError("There is no role {role}.", role=name)


def make_role(
    workspace: Workspace, name: str, threshold: int, days: int, people: Sequence[str]
) -> None:
    """Write a role down; part of a transaction.

    Raises:
        FeedError: Fewer people than signatures, or days out of range.
    """
    _check(name, threshold, days, people)
    with workspace.changing() as store:
        store.execute("INSERT OR REPLACE INTO role VALUES (?, ?, ?)", (name, threshold, days))
        store.execute("DELETE FROM holder WHERE role = ?", (name,))
        for one in people:
            number = person(workspace, one).number
            store.execute("INSERT OR IGNORE INTO holder VALUES (?, ?)", (name, number))


def set_role(
    workspace: Workspace,
    by: str,
    name: str,
    *,
    threshold: int | None = None,
    days: int | None = None,
    people: Sequence[str] | None = None,
) -> None:
    """Change a role's settings; what is `None` stays.

    Raises:
        FeedError: Unknown role or person, fewer people than signatures, or days out of range.
    """
    with workspace.changing():
        actor = person(workspace, by)
        old = role(workspace, name)
        fixed = name in ONLINE or name.endswith(REVOKE)
        if fixed and (threshold is not None or people is not None):
            raise FeedError("Only the days of {role} can be changed.", role=name)
        wanted = old.people if people is None else [person(workspace, one).name for one in people]
        new = Role(
            name,
            old.threshold if threshold is None else threshold,
            old.days if days is None else days,
            tuple(sorted(set(wanted))),
        )
        if fixed:
            _range(name, new.days)
            workspace.store.execute("UPDATE role SET days = ? WHERE name = ?", (new.days, name))
        else:
            make_role(workspace, name, new.threshold, new.days, new.people)
        audit.record(
            workspace,
            actor.name,
            "role set",
            role=name,
            threshold=new.threshold,
            days=new.days,
            people=", ".join(new.people),
        )


def signers_of(name: str) -> str:
    """Return the role whose people sign a role: an authority's people sign its revocations."""
    return name.removesuffix(REVOKE)


def _people(workspace: Workspace, name: str) -> tuple[str, ...]:
    return tuple(
        one
        for (one,) in workspace.store.execute(
            "SELECT p.name FROM holder h JOIN person p ON p.id = h.person WHERE h.role = ?"
            " ORDER BY p.name",
            (signers_of(name),),
        )
    )


def _check(name: str, threshold: int, days: int, people: Sequence[str]) -> None:
    _range(name, days)
    signed = name not in ONLINE and not name.endswith(REVOKE)
    if signed and not 1 <= threshold <= len(set(people)):
        raise FeedError(
            "{role} would have {people} people for {count} signatures.",
            role=name,
            people=len(set(people)),
            count=threshold,
        )


def _range(name: str, days: int) -> None:
    if not 1 <= days <= MAX_DAYS:
        raise FeedError("{role} can hold for 1 to {days} days.", role=name, days=MAX_DAYS)
