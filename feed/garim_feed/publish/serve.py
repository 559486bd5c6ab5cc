"""A small static file server, to try a feed out; real feeds are served by a real web server.

Rules:
- Only files under `metadata` and `targets`, no listings, GET and HEAD only.
- `ETag`, `If-None-Match`, `If-Modified-Since` and single `Range`s, as agents use them.
- Metadata is always asked for again, targets (named by their content) never.
"""

import os
import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO

from garim_feed.errors import FeedError
from garim_feed.publish.deploying import FILES, METADATA

_CHUNK = 1 << 16
_PATH = re.compile(r"/(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*")
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")
_QUIET = 60.0
"""Seconds after which a connection that says nothing is closed."""


def server(folder: Path, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Return a server that listens; `serve_forever` serves, `server_address` says where.

    Raises:
        FeedError: The folder is not a published feed, or the port is taken.
    """
    if not (folder / METADATA / "timestamp.json").is_file():
        raise FeedError("{path} holds no published feed.", path=folder)
    try:
        return ThreadingHTTPServer((host, port), partial(_Handler, folder.resolve()))
    except OSError as error:
        raise FeedError("{host}:{port} cannot be listened on.", host=host, port=port) from error


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    protocol_version = "HTTP/1.1"
    server_version = "garim-feed"
    timeout = _QUIET

    def __init__(self, folder: Path, *args: Any) -> None:  # noqa: ANN401 - the server's own
        self._folder = folder
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer with a file."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Answer with a file's headers."""
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the library prints nothing."""

    def _answer(self, *, body: bool) -> None:
        path = self._file()
        if path is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
            common = {
                "ETag": tag,
                "Last-Modified": formatdate(status.st_mtime, usegmt=True),
                "Accept-Ranges": "bytes",
                "Cache-Control": self._caching(path),
            }
            if self._unchanged(tag, status.st_mtime):
                self._start(HTTPStatus.NOT_MODIFIED, common)
                return
            start, end = self._span(status.st_size)
            if start is None:
                wrong = {"Content-Range": f"bytes */{status.st_size}", "Content-Length": "0"}
                self._start(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, wrong)
                return
            part = HTTPStatus.OK
            if (start, end) != (0, status.st_size):
                part = HTTPStatus.PARTIAL_CONTENT
                common["Content-Range"] = f"bytes {start}-{end - 1}/{status.st_size}"
            self._start(part, {**common, "Content-Length": str(end - start)})
            if body:
                self._send(file, start, end)

    def _file(self) -> Path | None:
        """Return the file that is asked for, if it is one of the feed's."""
        if not _PATH.fullmatch(self.path) or ".." in self.path:
            return None
        path = (self._folder / self.path[1:]).resolve()
        parts = (self._folder / METADATA, self._folder / FILES)
        return path if path.is_file() and any(path.is_relative_to(one) for one in parts) else None

    def _caching(self, path: Path) -> str:
        named = path.is_relative_to(self._folder / FILES)
        return "public, max-age=31536000, immutable" if named else "no-cache"

    def _unchanged(self, tag: str, modified: float) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            return tag in known.replace(" ", "").replace("W/", "").split(",")
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return int(modified) <= since.timestamp()

    def _span(self, size: int) -> tuple[int | None, int]:
        """Return start and end of what is asked for; no start if it lies behind the end."""
        match = _RANGE.fullmatch(self.headers.get("Range", ""))
        if match is None:
            return 0, size
        start = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
        return (start, end) if start < end else (None, 0)

    def _start(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, file: BinaryIO, start: int, end: int) -> None:
        file.seek(start)
        left = end - start
        while left and (chunk := file.read(min(_CHUNK, left))):
            self.wfile.write(chunk)
            left -= len(chunk)
