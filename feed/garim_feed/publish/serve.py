"""A small static file server, to try a feed out; real feeds are served by a real web server.

Rules:
- Only files under the folder, no listings, GET and HEAD only.
- `ETag`, `If-None-Match`, `If-Modified-Since` and single `Range`s, as agents use them.
"""

from http.server import ThreadingHTTPServer
from pathlib import Path


def server(folder: Path, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Return a server that listens; `serve_forever` serves, `server_address` says where.

    Raises:
        FeedError: The folder is not a published feed, or the port is taken.
    """
    raise NotImplementedError
