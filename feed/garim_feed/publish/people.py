"""Who may do what: people, their keys, and the roles they hold.

Rules:
- One name, one key, one person: neither a name (however it is written) nor a key is taken twice.
- Roles are `root`, `targets`, each authority's slug, `policy` and `models`. An authority's
  `-revoke` role has the authority's people.
- A role has at least as many people as its threshold.
- A change here takes force when the next stage that carries it is signed and published: the new
  root is signed by enough of the old keys and enough of the new ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from garim_feed.publish.signing_keys import Card
from garim_feed.publish.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Person:
    """One person.

    Attributes:
        card: Name, public key, where the private key lies.
        roles: Roles held.
        since: When the key was taken up.
    """

    card: Card
    roles: tuple[str, ...]
    since: datetime


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


def people(workspace: Workspace) -> list[Person]:
    """Return everyone, by name."""
    raise NotImplementedError


def person(workspace: Workspace, name: str) -> Person:
    """Return one person.

    Raises:
        FeedError: Nobody has that name.
    """
    raise NotImplementedError


def add_person(workspace: Workspace, by: str, card: Card, roles: Sequence[str]) -> None:
    """Take a person in.

    Raises:
        FeedError: The name or the key is taken, or a role is unknown.
    """
    raise NotImplementedError


def remove_person(workspace: Workspace, by: str, name: str) -> None:
    """Let a person go: their key counts no longer from the next publish on.

    Raises:
        FeedError: Unknown, or a role would have fewer people than signatures needed.
    """
    raise NotImplementedError


def replace_key(workspace: Workspace, by: str, card: Card) -> None:
    """Give a person (by the card's name) another key: rotation, lost key and compromised key alike.

    Raises:
        FeedError: Unknown person, or the key is somebody's or was ever given up.
    """
    raise NotImplementedError


def replace_online_key(workspace: Workspace, by: str) -> None:
    """Make another online key; the old one counts no longer from the next publish on."""
    raise NotImplementedError


def roles(workspace: Workspace) -> list[Role]:
    """Return every role's settings."""
    raise NotImplementedError


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
    raise NotImplementedError
