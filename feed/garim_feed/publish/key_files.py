"""Private keys in files.

Rules:
- A person's key is an encrypted PKCS#8 PEM file that only its owner can read, and is never
  overwritten; the password is the caller's and is kept nowhere.
- The online key (snapshot, timestamp) lies unencrypted in an owner-only file, so that a timer can
  sign with it. It can renew and repeat what people signed, not change it.
"""

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.exceptions import KeyMismatchError
from securesystemslib.signer import CryptoSigner, Key, Signer, SSlibKey

from garim_feed.errors import FeedError
from garim_feed.publish import folders

Secrets = Callable[[str], str]
"""Asks a person for a secret; the argument says which: `password` or `pin`."""
MIN_PASSWORD = 12
_MIN_RSA_BITS = 3072
_MAX_FILE = 64 * 1024
type PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey


def make_online(folder: Path) -> Key:
    """Make an online key in a folder."""
    signer = CryptoSigner.generate_ed25519()
    path = _online(folder, signer.public_key.keyid)
    folders.write(path, signer.private_bytes, private=True)
    folders.flush_folder(folder)
    return signer.public_key


def online_signer(folder: Path, public: Key) -> Signer:
    """Return what signs with an online key.

    Raises:
        FeedError: Its file is missing or holds another key.
    """
    path = _online(folder, public.keyid)
    try:
        return signer_of(load_pem_private_key(path.read_bytes(), None), public)
    except (OSError, ValueError, TypeError, KeyMismatchError) as error:
        raise FeedError(
            "The online key {path} cannot be used; restore it, or replace the online key.",
            path=path,
        ) from error


def signer_of(private: PrivateKeyTypes, public: Key) -> Signer:
    """Return what signs with a private key.

    Raises:
        ValueError: It is not the private key of that public key.
    """
    if not isinstance(public, SSlibKey):
        raise ValueError("not a plain key")
    return CryptoSigner(private, public)


def _online(folder: Path, keyid: str) -> Path:
    return folder / f"online-{keyid[:16]}.pem"


def keep(private: PrivateKey, path: Path, password: str) -> SSlibKey:
    """Write a private key into an encrypted file and return the public key.

    Raises:
        FeedError: The file exists, the password is short, or the key is weak.
    """
    if len(password) < MIN_PASSWORD:
        raise FeedError("The password needs at least {count} characters.", count=MIN_PASSWORD)
    if isinstance(private, RSAPrivateKey) and private.key_size < _MIN_RSA_BITS:
        raise FeedError("An RSA key needs at least {bits} bits.", bits=_MIN_RSA_BITS)
    if path.exists():
        raise FeedError("{path} exists; a key is never overwritten.", path=path)
    sealed = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    folders.write(path, sealed, private=True)
    folders.flush_folder(path.parent)
    return SSlibKey.from_crypto(private.public_key())


def load(path: Path, secrets: Secrets) -> PrivateKey:
    """Read a private key, asking for its password where it has one.

    Raises:
        FeedError: It cannot be read or opened, or is of another type.
    """
    try:
        with path.open("rb") as file:
            pem = file.read(_MAX_FILE)
    except OSError as error:
        raise FeedError("The key file {path} cannot be read.", path=path) from error
    try:
        private = _unlocked(pem, secrets)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FeedError(
            "{path} cannot be opened: a wrong password, or not a private key.", path=path
        ) from error
    if isinstance(private, EllipticCurvePrivateKey):
        if isinstance(private.curve, SECP256R1 | SECP384R1):
            return private
    elif isinstance(private, Ed25519PrivateKey | RSAPrivateKey):
        return private
    raise FeedError("{path} is not a key of an allowed type (Ed25519, ECDSA, RSA).", path=path)


def _unlocked(pem: bytes, secrets: Secrets) -> object:
    try:
        return load_pem_private_key(pem, None)
    except TypeError:
        return load_pem_private_key(pem, secrets("password").encode())
