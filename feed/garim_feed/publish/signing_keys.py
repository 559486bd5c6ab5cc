"""The keys that people sign with: encrypted files, PKCS#11 tokens, cloud key stores.

Rules:
- Signing itself is securesystemslib's; tokens sign with ECDSA (`hsm:` URIs), files with Ed25519.
- Cloud key stores (`awskms:`, `gcpkms:`, `azurekms:`, `hv:`) go through securesystemslib too. They
  are documented and not run in this project's tests.
"""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.exceptions import KeyMismatchError, UnsupportedLibraryError
from securesystemslib.signer import HSMSigner, Signature, Signer

from garim_feed.errors import FeedError
from garim_feed.publish import key_files
from garim_feed.publish.cards import Card, read_card, write_card
from garim_feed.publish.key_files import Secrets

__all__ = ["Card", "Secrets", "read_card", "write_card"]

TOKEN_LIBRARY = "PYKCS11LIB"
"""Variable by which securesystemslib is told a token's PKCS#11 module."""
_FILE = "file"
_CLOUDS = {
    "awskms": ("AWSSigner", "awskms"),
    "gcpkms": ("GCPSigner", "gcpkms"),
    "azurekms": ("AzureSigner", "azurekms"),
    "hv": ("VaultSigner", "vault"),
}


def new_key(name: str, path: Path, password: str) -> Card:
    """Make an Ed25519 key in an encrypted file.

    Raises:
        FeedError: The file exists, or the password is shorter than 12 characters.
    """
    path = path.absolute()
    return Card(
        name, key_files.keep(Ed25519PrivateKey.generate(), path, password), f"{_FILE}:{path}"
    )


def import_key(name: str, source: Path, path: Path, *, secrets: Secrets, password: str) -> Card:
    """Take over a PEM private key (Ed25519, ECDSA P-256/P-384, RSA >= 3072) into an encrypted file.

    Raises:
        FeedError: Not a private key, its password is wrong, its type is not allowed.
    """
    path = path.absolute()
    public = key_files.keep(key_files.load(source, secrets), path, password)
    return Card(name, public, f"{_FILE}:{path}")


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
    with _token(library):
        uri, public = HSMSigner.import_(number, label, secrets)
    return Card(name, public, uri)


def cloud_key(name: str, uri: str) -> Card:
    """Take the public key of a key in a cloud store (not run in tests).

    Args:
        name: The person's name.
        uri: Scheme and the store's own name of the key: `awskms:KEY_ID`, `gcpkms:projects/...`,
            `azurekms:VAULT/KEY`, `hv:KEY`.

    Raises:
        FeedError: The store's package is not installed, or the store does not answer.
    """
    scheme, _, key = uri.partition(":")
    if scheme not in _CLOUDS:
        raise FeedError("{uri} is no key store that is known.", uri=uri)
    signer, extra = _CLOUDS[scheme]
    made = getattr(importlib.import_module("securesystemslib.signer"), signer)
    parts = key.split("/", 1) if scheme == "azurekms" else [key]
    try:
        where, public = made.import_(*parts)
    except Exception as error:
        raise FeedError(
            "The key store did not answer ({error}); is securesystemslib[{extra}] installed?",
            error=error,
            extra=extra,
        ) from error
    return Card(name, public, where)


def open_signer(card: Card, secrets: Secrets, *, library: Path | None = None) -> Signer:
    """Return what signs for a card.

    Args:
        card: Whose.
        secrets: Asked for the password (at once) or the PIN (at each signature).
        library: PKCS#11 module for `hsm:` keys; otherwise the environment's `PYKCS11LIB`.

    Raises:
        FeedError: The file is missing, the password is wrong, or the private key is another one.
    """
    scheme, _, place = card.uri.partition(":")
    if scheme == _FILE:
        private = key_files.load(Path(place), secrets)
        try:
            return key_files.signer_of(private, card.public)
        except (ValueError, KeyMismatchError) as error:
            raise FeedError("{path} is not {name}'s key.", path=place, name=card.name) from error
    with _token(library) if scheme == HSMSigner.SCHEME else _store(card.uri):
        return Signer.from_priv_key_uri(card.uri, card.public, secrets)


def signature(signer: Signer, data: bytes) -> Signature:
    """Sign, and check at once that the public key says so too.

    Raises:
        FeedError: The key could not sign (wrong PIN, token not there, store not reached).
    """
    try:
        made = signer.sign(data)
        signer.public_key.verify_signature(made, data)
    except Exception as error:
        raise FeedError("The key could not sign ({error}).", error=type(error).__name__) from error
    return made


@contextmanager
def _token(library: Path | None) -> Iterator[None]:
    """Name the token's module to securesystemslib, which reads it again at each signature."""
    if library is not None:
        os.environ[TOKEN_LIBRARY] = str(library)
    try:
        yield
    except UnsupportedLibraryError as error:
        raise FeedError("Tokens need the package garim[hsm]; install it.") from error
    except Exception as error:
        raise FeedError(
            "The token cannot be used ({error}).", error=error or type(error)
        ) from error


@contextmanager
def _store(uri: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise FeedError("The key {uri} cannot be used ({error}).", uri=uri, error=error) from error
