"""People in the store: names, keys, roles held.

Rules:
- One name, one key, one person: neither a name (however it is written) nor a key is taken twice,
  and a key that was given up never comes back.
- Who left stays in the store: proposals and the audit log name them.
"""

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import Key

from garim_feed.errors import FeedError
from garim_feed.publish.cards import MAX_NAME, Card, key_from
from garim_feed.publish.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Person:
    """One person.

    Attributes:
        number: Number in the store.
        card: Name, public key, where the private key lies.
        roles: Roles held, in alphabetical order.
        since: When the key was taken up.
    """

    number: int
    card: Card
    roles: tuple[str, ...]
    since: datetime

    @property
    def name(self) -> str:
        """The name, as it was first written."""
        return self.card.name


def people(workspace: Workspace) -> list[Person]:
    """Return everyone who has not left, by name."""
    found = workspace.store.execute(
        "SELECT p.id, p.name, k.key, k.uri, k.since FROM person p"
        " JOIN person_key k ON k.person = p.id AND k.until IS NULL"
        " WHERE p.gone IS NULL ORDER BY p.name"
    ).fetchall()
    return [
        Person(
            number,
            Card(name, key_from(json.loads(key)), uri),
            tuple(
                role
                for (role,) in workspace.store.execute(
                    "SELECT role FROM holder WHERE person = ? ORDER BY role", (number,)
                )
            ),
            datetime.fromisoformat(since),
        )
        for number, name, key, uri, since in found
    ]


def person(workspace: Workspace, name: str) -> Person:
    """Return one person, by any spelling of the name.

    Raises:
        FeedError: Nobody has that name.
    """
    for one in people(workspace):
        if folded(one.name) == folded(name):
            return one
    raise FeedError("Nobody here is called {name}.", name=name)


def holder(workspace: Workspace, name: str, role: str) -> Person:
    """Return a person who holds a role.

    Raises:
        FeedError: Nobody has that name, or they do not hold it.
    """
    one = person(workspace, name)
    if role not in one.roles:
        raise FeedError("{name} is not one of the people of {role}.", name=one.name, role=role)
    return one


def name_of(workspace: Workspace, keyid: str) -> str:
    """Return whose key one is or was, or `""`."""
    row = workspace.row(
        "SELECT p.name FROM person_key k JOIN person p ON p.id = k.person WHERE k.keyid = ?", keyid
    )
    return str(row[0]) if row else ""


def key_of(workspace: Workspace, keyid: str) -> Key:
    """Return a key that somebody has or had.

    Raises:
        FeedError: Nobody ever had it.
    """
    row = workspace.row("SELECT key FROM person_key WHERE keyid = ?", keyid)
    if row is None:
        raise FeedError("The key {key} is nobody's.", key=keyid)
    return key_from(json.loads(row[0]))


def folded(name: str) -> str:
    """Return what is the same for all spellings of a name."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def enter(workspace: Workspace, card: Card) -> int:
    """Write a person down and return the number; part of a transaction.

    Raises:
        FeedError: The name or the key is taken, or it is no name.
    """
    shown = " ".join(card.name.split())
    if not shown or len(shown) > MAX_NAME or not shown.isprintable():
        raise FeedError("{name} is not a name.", name=ascii(card.name)[:MAX_NAME])
    if workspace.row("SELECT 1 FROM person WHERE folded = ?", folded(shown)):
        raise FeedError("Somebody here is called {name} already.", name=shown)
    with workspace.changing() as store:
        number = store.execute(
            "INSERT INTO person (name, folded) VALUES (?, ?)", (shown, folded(shown))
        ).lastrowid
        if number is None:
            raise AssertionError("a row without a number")
        take(workspace, number, card)
    return number


def take(workspace: Workspace, number: int, card: Card) -> None:
    """Give a person a key; part of a transaction.

    Raises:
        FeedError: It is or was somebody's.
    """
    keyid = card.public.keyid
    if workspace.row("SELECT 1 FROM person_key WHERE keyid = ?", keyid):
        raise FeedError("This key is or was {name}'s.", name=name_of(workspace, keyid))
    workspace.store.execute(
        "INSERT INTO person_key VALUES (?, ?, ?, ?, ?, NULL)",
        (keyid, number, written(card.public), card.uri, workspace.now().isoformat()),
    )


def give_up(workspace: Workspace, number: int) -> None:
    """Take a person's key away; part of a transaction."""
    workspace.store.execute(
        "UPDATE person_key SET until = ? WHERE person = ? AND until IS NULL",
        (workspace.now().isoformat(), number),
    )


def written(key: Key) -> str:
    """Return a key as the store keeps it."""
    return json.dumps({"keyid": key.keyid, **key.to_dict()}, sort_keys=True)
