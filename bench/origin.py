"""A local nginx as origin: HTTP, HTTPS/1.1 and HTTP/2 with a certificate of a throw-away authority.

Rules:
- Everything lies in one temporary folder; nothing of the system's nginx is read or written.
- One worker process, no logs, keep-alive without a limit: the origin must not be the bottleneck.
- Two loopback addresses are served alike, so that one of them can be exempt by policy.
"""

import contextlib
import datetime as dt
import ipaddress
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.context import SkippedError, tool
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

INSPECTED = "127.0.0.1"
EXEMPT = "127.0.0.2"
PAGE = "page.html"
PAGE_BYTES = 10_000
_START = 5.0

_CONFIG = """
worker_processes 1;
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; image/jpeg jpeg jpg; image/png png; image/webp webp; }}
    default_type application/octet-stream;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    open_file_cache max=2000;
    server {{
        listen {a}:{http};
        listen {b}:{http};
        listen {a}:{https} ssl http2;
        listen {b}:{https} ssl http2;
        ssl_certificate {folder}/origin.pem;
        ssl_certificate_key {folder}/origin.key;
        ssl_session_cache shared:bench:1m;
        http2_max_requests 1000000000;
        root {folder}/files;
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """A running origin.

    Attributes:
        http: Its port for HTTP.
        https: Its port for HTTPS/1.1 and HTTP/2.
        authority: PEM file of the authority that signed its certificate.
        files: The folder that it serves.
    """

    http: int
    https: int
    authority: Path
    files: Path


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Origin]:
    """Serve `folder/files` while the context lasts.

    Raises:
        SkippedError: When there is no nginx or it does not start.
    """
    program = tool("nginx")
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    (files / PAGE).write_bytes(page())
    authority = _certificates(folder)
    origin = Origin(free_port(), free_port(), authority, files)
    config = folder / "nginx.conf"
    text = _CONFIG.format(
        folder=folder, http=origin.http, https=origin.https, a=INSPECTED, b=EXEMPT
    )
    config.write_text(text, "utf-8")
    command = [program, "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(origin.https, process, "nginx")
        yield origin
    finally:
        process.terminate()
        process.wait(10)


def page() -> bytes:
    """Return an HTML page of exactly `PAGE_BYTES`."""
    head = b"<!doctype html><html lang=en><meta charset=utf-8><title>bench</title><body>\n"
    line = b"<p>One of many lines of an ordinary page, with nothing to judge in it.</p>\n"
    tail = b"</body></html>\n"
    lines, rest = divmod(PAGE_BYTES - len(head) - len(tail), len(line))
    return head + line * lines + b" " * rest + tail


def free_port() -> int:
    """Return a TCP port that is free on every loopback address that is used here."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((INSPECTED, 0))
            port = int(first.getsockname()[1])
            with contextlib.suppress(OSError):
                second.bind((EXEMPT, port))
                return port


def wait_for(
    port: int, process: subprocess.Popen[bytes], name: str, seconds: float = _START
) -> None:
    """Return when somebody listens on a port of `INSPECTED`.

    Raises:
        SkippedError: When the process ends or the time is over.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((INSPECTED, port), 0.5):
            return
        time.sleep(0.05)
    raise SkippedError(f"{name} did not start")


def _certificates(folder: Path) -> Path:
    """Write an authority and a server certificate; return the authority's file."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("garim bench authority")
    root = (
        _builder(root_name, root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    names = [x509.IPAddress(ipaddress.ip_address(each)) for each in (INSPECTED, EXEMPT)]
    leaf = (
        _builder(_name("garim bench origin"), root_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )
    authority = folder / "authority.pem"
    authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "origin.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    (folder / "origin.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return authority


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=2))
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        key_cert_sign=sign,
        crl_sign=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
