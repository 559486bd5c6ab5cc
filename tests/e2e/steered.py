"""A small server that does what a test tells it to, when the test tells it to.

- `GET` of what is in `PIECEMEAL` sends a first piece, waits until `go` is set, then sends the rest.
- `GET /echo` with an upgrade is a WebSocket that says back what it hears.
- `POST /echo` and `PUT /echo` say the SHA-256 of what they got, and how it came.
- Everything else is the answer `hello`.
"""

import contextlib
import hashlib
import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.e2e.certificates import Certificates
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

PIECEMEAL = {
    "/events": "text/event-stream",
    "/download": "application/octet-stream",
    "/chat": "text/plain",
}
FIRST, REST = b"data: first\n\n", b"data: rest\n\n"
HELLO = b"hello"
PATIENCE = 60.0


@dataclass
class Steered:
    """A running server.

    Attributes:
        address: Without a slash at the end.
        go: Set it to let an answer go on.
    """

    address: str
    go: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def steer(certificates: Certificates | None = None, host: str = "localhost") -> Iterator[Steered]:
    """Serve on a free port of this machine, over TLS with `certificates`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients break off on purpose
    if certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    scheme = "https" if certificates else "http"
    steered = Steered(f"{scheme}://{host}:{server.server_address[1]}")
    server.steered = steered  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield steered
    finally:
        steered.go.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass

    def do_GET(self) -> None:
        if self.path in PIECEMEAL:
            self._in_pieces(PIECEMEAL[self.path])
        elif self.headers.get("upgrade", "").lower() == "websocket":
            self._socket()
        else:
            self._answer("text/plain", HELLO)

    def do_POST(self) -> None:
        digest, size = hashlib.sha256(), 0
        for piece in self._body():
            digest.update(piece)
            size += len(piece)
        facts = {"sha256": digest.hexdigest(), "size": size, "headers": dict(self.headers.items())}
        self._answer("application/json", json.dumps(facts).encode())

    def do_PUT(self) -> None:
        self.do_POST()

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _in_pieces(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(FIRST)
        self.wfile.flush()
        if self.server.steered.go.wait(PATIENCE):  # type: ignore[attr-defined]
            self.wfile.write(REST)
        self.close_connection = True

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            left = int(self.headers.get("content-length", "0"))
            while left > 0 and (piece := self.rfile.read(min(left, 1 << 16))):
                left -= len(piece)
                yield piece
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _socket(self) -> None:
        self.close_connection = True
        socket = WSConnection(ConnectionType.SERVER)
        lines = [f"{self.command} {self.path} {self.request_version}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        socket.receive_data("\r\n".join([*lines, "", ""]).encode())
        while True:
            for event in socket.events():
                if isinstance(event, Request):
                    self.connection.sendall(socket.send(AcceptConnection()))
                elif isinstance(event, TextMessage):
                    self.connection.sendall(
                        socket.send(
                            TextMessage(event.data, message_finished=event.message_finished)
                        )
                    )
                elif isinstance(event, CloseConnection):
                    self.connection.sendall(socket.send(event.response()))
                    return
            data = self.connection.recv(65536)
            if not data:
                return
            socket.receive_data(data)
