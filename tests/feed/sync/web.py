"""A real web server on loopback for a simulated feed: ETag, Last-Modified, Range, Retry-After."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.feed.sync.simulator import FeedSimulator, sha256

PREFIX = "/garim/"


class Web:
    """Serves a feed.

    Attributes:
        url: Base address.
        sent: Bytes that went to clients, headers included.
        got: Bytes that came from clients.
        connections: How many were made.
        requests: Method-less lines: path and status.
        answer: Answers in place of the server: given the handler, returns whether it did.
    """

    def __init__(self, feed: FeedSimulator) -> None:
        self.feed = feed
        self.sent = self.got = self.connections = 0
        self.requests: list[tuple[str, int]] = []
        self.agents: set[str] = set()
        self.etags = True
        self.answer: Callable[[BaseHTTPRequestHandler], bool] = lambda _handler: False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}{PREFIX.rstrip('/')}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(feed: FeedSimulator) -> Iterator[Web]:
    web = Web(feed)
    try:
        yield web
    finally:
        web.close()


class _Counted:
    """A socket file that counts."""

    def __init__(self, file, web: Web, name: str) -> None:
        self._file, self._web, self._name = file, web, name

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        self._count(len(data))
        return self._file.write(data)

    def readline(self, *limit):
        line = self._file.readline(*limit)
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        setattr(self._web, self._name, getattr(self._web, self._name) + size)


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"web": web})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "test", ""
    web: Web

    def setup(self):
        super().setup()
        self.web.connections += 1
        self.rfile = _Counted(self.rfile, self.web, "got")
        self.wfile = _Counted(self.wfile, self.web, "sent")

    def do_GET(self):
        self.web.agents.add(self.headers.get("User-Agent", ""))
        if not self.web.answer(self):
            self.serve(self.web.feed.files.get(self.path.removeprefix(PREFIX)))

    def serve(self, data):
        if data is None:
            self.reply(404, b"<html>not found</html>")
            return
        tag = f'"{sha256(data)[:16]}"'
        fields = {"Last-Modified": formatdate(1_700_000_000, usegmt=True)}
        fields |= {"ETag": tag} if self.web.etags else {}
        dated = self.headers.get("If-Modified-Since") == fields["Last-Modified"]
        if self.headers.get("If-None-Match") == tag or (dated and not self.web.etags):
            self.reply(304, None, fields)
            return
        ranged = self.headers.get("Range", "")
        start = int(ranged[6:-1]) if ranged else 0
        if start:
            fields["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.reply(206 if start else 200, data[start:], fields)

    def reply(self, status, body, fields=()):
        self.web.requests.append((self.path.removeprefix(PREFIX), status))
        self.send_response(status)
        for name, value in dict(fields).items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass
