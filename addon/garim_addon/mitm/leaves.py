"""Certificates for the sites that are looked into: made on the fly, cached, never the root's key.

Rules:
- A leaf has its own P-256 key, drawn once a process and kept in memory only: whoever gets a leaf's
  key cannot sign with it (stock mitmproxy uses the root's key for every leaf).
- It names exactly what the client asked for, for server authentication, for at most `VALIDITY`,
  never longer than its root, and points at no revocation service.
- The cache holds `capacity` leaves and forgets the least used in constant time.
"""

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from mitmproxy import certs

from garim_addon.mitm.authority import Root

VALIDITY = dt.timedelta(days=197)
BACKDATE = dt.timedelta(days=1)
CAPACITY = 10_000
_RENEW_BEFORE = dt.timedelta(days=1)
_LONGEST_NAME = 63
"""Upper bound of a common name is 64 characters (RFC 5280, A.1); mitmproxy and we stay below."""

_SIGN_HANDSHAKE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


class LeafStore(certs.CertStore):
    """mitmproxy's certificate store with our leaves and a large cache.

    Attributes:
        capacity: Most leaves that are kept.
    """

    def __init__(self, root: Root, capacity: int = CAPACITY) -> None:
        super().__init__(
            default_privatekey=root.key,  # type: ignore[arg-type] # annotated RSA, any works
            default_ca=certs.Cert(root.certificate),
            default_chain_file=None,
            default_crl=b"",
            dhparams=None,  # type: ignore[arg-type] # no finite-field suite is offered
        )
        self.capacity = capacity
        self._root = root
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        identifier = root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        self._issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
            identifier.value
        )
        self._leaves: OrderedDict[tuple[x509.GeneralName, ...], _Leaf] = OrderedDict()

    def __len__(self) -> int:
        return len(self._leaves)

    def get_cert(
        self,
        commonname: str | None,
        sans: Iterable[x509.GeneralName],
        organization: str | None = None,  # noqa: ARG002 - a leaf says nothing of its original
        crl_url: str | None = None,  # noqa: ARG002
    ) -> certs.CertStoreEntry:
        """Return the leaf for `sans`, from the cache or newly signed.

        Args:
            commonname: Shown name; left out when longer than 63 characters.
            sans: What the leaf is valid for, most important first.
            organization: Ignored: a leaf says nothing of the certificate that it stands for.
            crl_url: Ignored: leaves are short-lived and cannot be revoked.
        """
        names = tuple(sans)
        leaf = self._leaves.get(names)
        if leaf is not None and leaf.good_until > time.time():
            self._leaves.move_to_end(names)
            return leaf.entry
        leaf = self._sign(commonname, names)
        self._leaves[names] = leaf
        self._leaves.move_to_end(names)
        if len(self._leaves) > self.capacity:
            self._leaves.popitem(last=False)
        return leaf.entry

    def _sign(self, commonname: str | None, names: tuple[x509.GeneralName, ...]) -> "_Leaf":
        now = dt.datetime.now(dt.UTC)
        end = min(now - BACKDATE + VALIDITY, self._root.ends)
        shown = commonname if commonname and len(commonname) <= _LONGEST_NAME else None
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, shown)] if shown else []
        certificate = (
            x509.CertificateBuilder(
                issuer_name=self._root.certificate.subject, subject_name=x509.Name(subject)
            )
            .public_key(self._leaf_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BACKDATE)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_SIGN_HANDSHAKE, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            # Critical when there is no other name (RFC 5280, 4.2.1.6).
            .add_extension(x509.SubjectAlternativeName(names), critical=shown is None)
            .add_extension(self._issuer, critical=False)
            .sign(self._root.key, hashes.SHA256())
        )
        entry = certs.CertStoreEntry(
            cert=certs.Cert(certificate),
            privatekey=self._leaf_key,  # type: ignore[arg-type] # annotated RSA, any works
            chain_file=None,
            chain_certs=[self.default_ca],
        )
        return _Leaf(entry, (end - _RENEW_BEFORE).timestamp())


class _Leaf:
    __slots__ = ("entry", "good_until")

    def __init__(self, entry: certs.CertStoreEntry, good_until: float) -> None:
        self.entry = entry
        self.good_until = good_until
