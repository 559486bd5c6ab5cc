"""A static HTTPS server on loopback for the demonstration, with a throw-away authority."""

import datetime as dt
import functools
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """A running server.

    Attributes:
        address: Its base address, without a slash at the end.
        authority: Certificate (PEM) of its throw-away authority.
    """

    address: str
    authority: Path


class _Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 - the base class declares it so
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".webp": "image/webp",
        ".avif": "image/avif",
        ".js": "text/javascript",
        ".html": "text/html; charset=utf-8",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing: the report says it all."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that closes a connection in the middle is not an error."""


@contextmanager
def origin(site: Path, keys: Path) -> Iterator[Origin]:
    """Serve `site` over HTTPS on a free port while the context lasts.

    Args:
        site: Folder to serve.
        keys: Folder for the throw-away keys.
    """
    authority, chain = _make_keys(keys)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    handler = functools.partial(_Quiet, directory=str(site))
    server = _Server(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, name="demo-origin", daemon=True)
    thread.start()
    try:
        yield Origin(f"https://localhost:{server.server_address[1]}", authority)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _make_keys(folder: Path) -> tuple[Path, Path]:
    """Make an authority and a leaf for localhost; the authority's key is never written down."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_key, leaf_key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Garim demonstration")])
    usage = x509.BasicConstraints(ca=True, path_length=0)
    root = _builder(name, name, root_key.public_key()).add_extension(usage, critical=True)
    root_certificate = root.sign(root_key, hashes.SHA256())
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    leaf = _builder(subject, name, leaf_key.public_key()).add_extension(names, critical=False)
    leaf_certificate = leaf.sign(root_key, hashes.SHA256())
    authority, chain = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(root_certificate.public_bytes(serialization.Encoding.PEM))
    chain.touch(mode=0o600)
    chain.write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + leaf_certificate.public_bytes(serialization.Encoding.PEM)
    )
    return authority, chain


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )
