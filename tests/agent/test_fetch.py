"""Against a real server; the trust store itself is truststore's and is not replaced."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from garim_agent import fetch as module
from garim_agent.errors import UsageError
from garim_agent.fetch import fetch

BODY = bytes(range(256)) * 16


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif self.path.startswith("/status/"):
            self.send_response(int(self.path.rpartition("/")[2]))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/broken":
            self.wfile.write(b"this is not HTTP\r\n\r\n")
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("cap", [1, 100, len(BODY), len(BODY) + 1, 1 << 20])
def test_at_most_the_cap_is_read(address, cap):
    assert fetch(f"{address}/a", cap) == BODY[:cap]


def test_a_redirect_is_followed(address):
    assert fetch(f"{address}/to/{address}/a", 9) == BODY[:9]


@pytest.mark.parametrize(
    "target", ["ftp://127.0.0.1/a", "file:///etc/passwd", "data:text/plain,hello", "gopher://x/"]
)
def test_nothing_but_http_is_spoken_after_a_redirect(address, target):
    with pytest.raises(UsageError):
        fetch(f"{address}/to/{target}", 9)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/a", "file:///etc/passwd", "data:,hello"])
def test_nothing_but_http_is_spoken_at_all(target):
    with pytest.raises(UsageError, match="unknown url type"):
        fetch(target, 9)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_error_answer_is_named(address, status):
    with pytest.raises(UsageError, match=f"answered with status {status}"):
        fetch(f"{address}/status/{status}", 9)


@pytest.mark.parametrize("bad", ["http://", "http://[::1", "http://127.0.0.1:port/", "http://a b/"])
def test_what_is_no_address_is_one_sentence(bad):
    with pytest.raises(UsageError, match="could not be fetched"):
        fetch(bad, 9)


def test_an_answer_that_is_not_http_is_one_sentence(address):
    with pytest.raises(UsageError, match="could not be fetched"):
        fetch(f"{address}/broken", 9)


def test_nobody_there_is_one_sentence():
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(UsageError, match="could not be fetched"):
            fetch(f"http://127.0.0.1:{port}/", 9)


def test_a_server_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT", 0.05)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(UsageError, match="timed out"):
            fetch(f"http://127.0.0.1:{port}/", 9)


def test_certificates_are_checked(monkeypatch, tmp_path):
    import datetime as dt
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *args):
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with pytest.raises(UsageError, match=r"(?i)certificate"):
            fetch(f"https://localhost:{server.server_port}/a", 9)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
