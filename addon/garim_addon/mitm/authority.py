"""The certificate authority of this installation: made here, known here only, short-lived.

Rules:
- One root an installation: P-256, random name and serial, `pathlen:0`, server authentication only,
  less than two years. It is never shipped and never leaves the machine.
- Key and certificate stand in ONE owner-only file, so that they are replaced together or not at
  all; the certificate alone stands beside it for installing.
- A file that other users can read, a link, or a key that does not fit its certificate is refused.
- `RENEW_BEFORE` its end a successor is made beside it. The old root goes on signing until the
  successor is installed (`adopt`) or the old one has ended, so that no page breaks in between. The
  key of a retired root is destroyed; its certificate is kept so that it can be uninstalled.

Weakness: whoever runs as the same user can read the key. An OS key store would not change that for
a service without a user's consent at each signature.
"""

import datetime as dt
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from garim_addon import private_files
from garim_addon.mitm.errors import AuthorityError
from garim_addon.text import N_

VALIDITY = dt.timedelta(days=700)
RENEW_BEFORE = dt.timedelta(days=30)
BACKDATE = dt.timedelta(days=2)
"""A new certificate is already valid for a client whose clock is behind."""

_ROOT, _NEXT = "root", "next"
_KEY_BLOCK = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
)

_BROKEN = N_("{path} is damaged ({detail}). Delete the folder {folder} to have a new one made.")


@dataclass(frozen=True, slots=True)
class Root:
    """One root certificate with its key.

    Attributes:
        key: The signing key; it never leaves the process that signs.
        certificate: The public half.
    """

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, now: dt.datetime) -> Self:
        """Make a new root that is valid from `now` (aware) on, a little backdated."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, f"Garim local root {secrets.token_hex(4)}")]
        )
        certificate = (
            x509.CertificateBuilder(issuer_name=name, subject_name=name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BACKDATE)
            .not_valid_after(now - BACKDATE + VALIDITY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNING_ONLY, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @property
    def pem(self) -> bytes:
        """The certificate alone, as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in hex, as trust stores show it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def ends(self) -> dt.datetime:
        """When it stops being valid."""
        return self.certificate.not_valid_after_utc

    def to_file(self) -> bytes:
        """Key and certificate as one PEM file's content."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return key + self.pem

    @classmethod
    def from_file(cls, raw: bytes) -> Self:
        """Read what `to_file` wrote.

        Raises:
            ValueError: When it is damaged, not such a root, or key and certificate do not fit.
        """
        block = _KEY_BLOCK.search(raw)
        if block is None:
            raise ValueError("no key")
        key = serialization.load_pem_private_key(block.group(), password=None)
        certificate = x509.load_pem_x509_certificate(raw)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not an elliptic curve key")
        if certificate.public_key() != key.public_key():
            raise ValueError("key and certificate do not belong together")
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not constraints.ca or constraints.path_length != 0:
            raise ValueError("not a root that signs servers only")
        return cls(key, certificate)


class Authority:
    """The root in force and, near its end, its successor.

    Attributes:
        folder: The owner-only folder of its files.
        root: The root that signs now.
        successor: The root to install next, or `None`.
        fresh: Whether the root was made just now and thus cannot be installed anywhere yet.
    """

    def __init__(
        self, folder: Path, root: Root, *, successor: Root | None = None, fresh: bool = False
    ) -> None:
        self.folder = folder
        self.root = root
        self.successor = successor
        self.fresh = fresh

    @classmethod
    def open(cls, folder: Path, now: dt.datetime | None = None) -> Self:
        """Load the installation's authority; make it, or its successor, when it is time.

        Args:
            folder: Where it stands; created owner-only.
            now: Aware time; the clock when not given.

        Raises:
            AuthorityError: When a file is damaged.
            garim_addon.private_files.PrivateFileError: When other users can get at it.
            OSError: When the folder cannot be written.
        """
        now = now or dt.datetime.now(dt.UTC)
        private_files.ensure_folder(folder)
        root, fresh = _load_or_make(folder, _ROOT, now)
        successor = None
        if root.ends - now < RENEW_BEFORE:
            successor, _ = _load_or_make(folder, _NEXT, now)
        else:
            _forget(folder, _NEXT)  # a crash in `adopt` can leave it
        authority = cls(folder, root, successor=successor, fresh=fresh)
        if root.ends <= now:
            authority.adopt()
        return authority

    @property
    def certificate_file(self) -> Path:
        """The public certificate to install for the root in force."""
        return self.folder / f"{_ROOT}.crt"

    @property
    def successor_file(self) -> Path | None:
        """The public certificate to install next, while there is a successor."""
        return self.folder / f"{_NEXT}.crt" if self.successor else None

    def retired_files(self) -> tuple[Path, ...]:
        """List the certificates of earlier roots, to be removed from trust stores."""
        return tuple(sorted(self.folder.glob("retired-*.crt")))

    def adopt(self) -> None:
        """Let the successor sign from now on and destroy the old root's key.

        Call it once the successor is installed. A running `LeafStore` keeps the old root until
        the proxy is restarted. Without a successor nothing happens.
        """
        if self.successor is None:
            return
        old, new = self.root, self.successor
        retired = self.folder / f"retired-{old.certificate.serial_number:x}.crt"
        private_files.write(retired, old.pem)
        private_files.write(self.folder / f"{_ROOT}.pem", new.to_file())
        private_files.write(self.certificate_file, new.pem)
        _forget(self.folder, _NEXT)
        self.root, self.successor, self.fresh = new, None, True


_SIGNING_ONLY = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _forget(folder: Path, name: str) -> None:
    for suffix in ("pem", "crt"):
        (folder / f"{name}.{suffix}").unlink(missing_ok=True)


def _load_or_make(folder: Path, name: str, now: dt.datetime) -> tuple[Root, bool]:
    path = folder / f"{name}.pem"
    made = False
    if not path.exists() and not path.is_symlink():
        # Another process may be first; then its root is the one, and this one is forgotten.
        made = private_files.create(path, Root.make(now).to_file())
    root = _load(path)
    public = folder / f"{name}.crt"
    if not public.exists() or public.read_bytes() != root.pem:
        private_files.write(public, root.pem)
    return root, made


def _load(path: Path) -> Root:
    raw = private_files.read(path)
    try:
        return Root.from_file(raw)
    except (ValueError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise AuthorityError(_BROKEN, path=path, detail=error, folder=path.parent) from error
