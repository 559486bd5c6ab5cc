"""The keys that people sign with: encrypted files, PKCS#11 tokens, cloud key stores.

Rules:
- A private key in a file is an encrypted PKCS#8 PEM file that only its owner can read; the password
  is the caller's, is never kept and never logged.
- What leaves a person's hands is a card: name, public key, and where the private key lies (a URI).
- Signing itself is securesystemslib's; tokens sign with ECDSA (`hsm:` URIs), files with Ed25519.
- Cloud key stores (`awskms:`, `gcpkms:`, `azurekms:`, `hv:`) go through securesystemslib too. They
  are documented and not run in this project's tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import Key, Signer

Secrets = Callable[[str], str]
"""Asks a person for a secret; the argument says which: `password` or `pin`."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a person hands to the others.

    Attributes:
        name: The person's name.
        public: The public key.
        uri: Where the private key lies: `file:PATH`, `hsm:2?label=...`, or a cloud store's URI.
    """

    name: str
    public: Key
    uri: str

    @property
    def fingerprint(self) -> str:
        """The key's id, in groups of four, to be read out loud."""
        raise NotImplementedError


def new_key(name: str, path: Path, password: str) -> Card:
    """Make an Ed25519 key in an encrypted file.

    Raises:
        FeedError: The file exists, or the password is shorter than 12 characters.
    """
    raise NotImplementedError


def import_key(name: str, source: Path, path: Path, *, secrets: Secrets, password: str) -> Card:
    """Take over a PEM private key (Ed25519, ECDSA P-256/P-384, RSA >= 3072) into an encrypted file.

    Raises:
        FeedError: Not a private key, its password is wrong, its type is not allowed.
    """
    raise NotImplementedError


def token_key(
    name: str,
    library: Path,
    number: int = 2,
    label: str | None = None,
    secrets: Secrets | None = None,
) -> Card:
    """Take the public key of a key pair on a PKCS#11 token.

    Args:
        name: The person's name.
        library: The token's PKCS#11 module.
        number: The key's id on the token; 2 is PIV's signature slot (9c).
        label: The token's label, when several are plugged in.
        secrets: Asked for the PIN when the token shows its public keys only after it.

    Raises:
        FeedError: No token, no such key, or the package for tokens is not installed.
    """
    raise NotImplementedError


def cloud_key(name: str, uri: str) -> Card:
    """Take the public key of a key in a cloud store (not run in tests).

    Raises:
        FeedError: The store's package is not installed, or the store does not answer.
    """
    raise NotImplementedError


def write_card(card: Card) -> bytes:
    """Return the card as a small JSON file."""
    raise NotImplementedError


def read_card(data: bytes) -> Card:
    """Read a card.

    Raises:
        FeedError: Not a card.
    """
    raise NotImplementedError


def open_signer(card: Card, secrets: Secrets, *, library: Path | None = None) -> Signer:
    """Return what signs for a card.

    Args:
        card: Whose.
        secrets: Asked for the password (at once) or the PIN (at each signature).
        library: PKCS#11 module for `hsm:` keys; otherwise the environment's `PYKCS11LIB`.

    Raises:
        FeedError: The file is missing, the password is wrong, or the private key is not this card's.
    """
    raise NotImplementedError
