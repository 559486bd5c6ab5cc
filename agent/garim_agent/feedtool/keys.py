"""`garim-feed key new | import | list`: the keys that people sign with.

Rules:
- A private key stays with its person; what is handed on is the card: name, public key, and where
  the private key lies.
- The fingerprint is printed so that it can be read out loud at the ceremony.
"""

from dataclasses import dataclass
from pathlib import Path

from garim_addon import private_files
from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool.session import Session
from garim_agent.surface import put, put_json, say
from garim_feed.publish import people
from garim_feed.publish.signing_keys import (
    Card,
    cloud_key,
    import_key,
    new_key,
    read_card,
    token_key,
    write_card,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a key that is taken over comes from; exactly one is said.

    Attributes:
        file: A PEM file, or `None`.
        token: PKCS#11 module of a token, or `None`.
        number: The key's id on the token.
        label: The token's label, or `""`.
        cloud: URI of a key in a cloud store, or `""`.
    """

    file: Path | None = None
    token: Path | None = None
    number: int = 2
    label: str = ""
    cloud: str = ""


def new(session: Session, name: str, folder: Path) -> int:
    """Make a key in an encrypted file, and its card."""
    card = new_key(name, _key_file(folder, name), session.passwords.new())
    return _write(card, folder)


def take(session: Session, name: str, folder: Path, source: Source) -> int:
    """Take over a key from a file, a token or a cloud store."""
    if sum((source.file is not None, source.token is not None, bool(source.cloud))) != 1:
        raise UsageError(N_("Say where the key is: a PEM file, --token LIBRARY or --cloud URI."))
    if source.token is not None:
        label = source.label or None
        card = token_key(name, source.token, source.number, label, session.passwords)
    elif source.file is not None:
        password = session.passwords.new()
        path = _key_file(folder, name)
        card = import_key(name, source.file, path, secrets=session.passwords, password=password)
    else:
        card = cloud_key(name, source.cloud)
    return _write(card, folder)


def show(session: Session, cards: list[Path], *, as_json: bool) -> int:
    """Print cards, or everybody's keys of the feed."""
    if cards:
        found = [read_card(card.read_bytes()) for card in cards]
    else:
        with session.open() as workspace:
            found = [person.card for person in people.people(workspace)]
    if as_json:
        put_json([{"name": c.name, "fingerprint": c.fingerprint, "uri": c.uri} for c in found])
    for card in () if as_json else found:
        put(f"{card.name}  {card.fingerprint}  {card.uri}")
    return EXIT_NOTHING


def _write(card: Card, folder: Path) -> int:
    path = folder / f"{_plain(card.name)}.card"
    private_files.write(path, write_card(card), mode=0o644)
    put(f"{card.name}  {card.fingerprint}  {card.uri}")
    say(_("The card for the others is {path}; the private key stays with you.", path=path))
    return EXIT_NOTHING


def _key_file(folder: Path, name: str) -> Path:
    return folder.absolute() / f"{_plain(name)}.pem"


def _plain(name: str) -> str:
    """Return a name that may be part of a file's name."""
    if not name.isprintable() or Path(name).name != name or name.startswith("."):
        raise UsageError(N_("{name} cannot be the name of a file."), name=repr(name))
    return name
