"""Who takes part, and what they may do: people come, go, and change keys.

Rules:
- One name, one key, one person: neither a name (however it is written) nor a key is taken twice,
  and a key that was given up never comes back.
- Nobody leaves a role with fewer people than it needs signatures.
- A change here takes force when the next stage that carries it is signed and published: the new
  root is signed by enough of the old keys and enough of the new ones.
"""

from collections.abc import Sequence

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.cards import Card
from garim_feed.publish.online import new_online_key
from garim_feed.publish.persons import Person, enter, give_up, people, person, take
from garim_feed.publish.roles import Role, roles, set_role
from garim_feed.publish.workspace import Workspace

__all__ = ["Person", "Role", "people", "person", "roles", "set_role"]


def add_person(workspace: Workspace, by: str, card: Card, roles: Sequence[str]) -> None:
    """Take a person in.

    Raises:
        FeedError: The name or the key is taken, or a role is unknown.
    """
    with workspace.changing():
        person(workspace, by)
        number = enter(workspace, card)
        for role in roles:
            _hold(workspace, number, role)
        audit.record(
            workspace,
            by,
            "person add",
            name=card.name,
            key=card.public.keyid,
            roles=" ".join(sorted(roles)),
        )


def remove_person(workspace: Workspace, by: str, name: str) -> None:
    """Let a person go: their key counts no longer from the next publish on.

    Raises:
        FeedError: Unknown, or a role would have fewer people than signatures needed.
    """
    with workspace.changing() as store:
        person(workspace, by)
        one = person(workspace, name)
        for role in one.roles:
            row = workspace.row(
                "SELECT r.threshold, count(*) FROM role r JOIN holder h ON h.role = r.name"
                " WHERE r.name = ?",
                role,
            )
            if row[1] <= row[0]:
                raise FeedError(
                    "{role} needs {count} people's signatures; give it somebody else first.",
                    role=role,
                    count=row[0],
                )
        now = workspace.now().isoformat()
        store.execute("UPDATE person SET gone = ? WHERE id = ?", (now, one.number))
        store.execute("DELETE FROM holder WHERE person = ?", (one.number,))
        give_up(workspace, one.number)
        audit.record(workspace, by, "person remove", name=one.name, key=one.card.public.keyid)


def replace_key(workspace: Workspace, by: str, card: Card) -> None:
    """Give a person (by the card's name) another key: rotation, lost and compromised key alike.

    Raises:
        FeedError: Unknown person, or the key is somebody's or was ever given up.
    """
    with workspace.changing():
        person(workspace, by)
        one = person(workspace, card.name)
        give_up(workspace, one.number)
        take(workspace, one.number, card)
        audit.record(
            workspace,
            by,
            "key replace",
            name=one.name,
            old=one.card.public.keyid,
            new=card.public.keyid,
        )


def replace_online_key(workspace: Workspace, by: str) -> None:
    """Make another online key; the old one counts no longer from the next publish on."""
    with workspace.changing():
        person(workspace, by)
        key = new_online_key(workspace)
        audit.record(workspace, by, "online key replace", new=key.keyid)


def _hold(workspace: Workspace, number: int, role: str) -> None:
    if not workspace.row("SELECT 1 FROM holder WHERE role = ?", role):
        raise FeedError("There is no role {role} that people sign.", role=role)
    workspace.store.execute("INSERT OR IGNORE INTO holder VALUES (?, ?)", (role, number))
