"""Which addresses a feed may have.

Rules:
- `https://`; `http://` only to this very machine; `file://` and plain folders for offline use.
  Signatures hold over plain HTTP too, but anybody on the way could see who follows which feed.
- No name, password, query or fragment in an address: it is shown, logged and kept.
"""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from garim_feed.errors import FeedError

_SHOWN = 200


def base_address(given: str) -> str:
    """Return the base address of a feed as it is kept: without a final slash.

    Args:
        given: `https://...`, `http://` on loopback, `file:///...`, or a folder's path.

    Raises:
        FeedError: When it cannot be used.
    """
    if "://" not in given:
        path = Path(given).expanduser().absolute()
        if not path.is_dir():
            raise FeedError(
                "{path} is neither a folder nor an address; feeds start with https://.",
                path=given[:_SHOWN],
            )
        return path.as_uri()
    try:
        parts = urlsplit(given)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise FeedError("{address} cannot be the address of a feed.",
                        address=given[:_SHOWN]) from None  # fmt: skip
    if not given.isascii():
        raise FeedError("Write {address} with ASCII letters only (xn--...).", address=host)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise FeedError(
            "The address of a feed has no user name, password, ? or #: {address}.",
            address=f"{parts.scheme}://{host}",
        )
    if not _allowed(parts.scheme, host):
        raise FeedError(
            "{address} is not taken; feeds start with https:// (http:// only on this computer).",
            address=given[:_SHOWN],
        )
    return given.rstrip("/")


def _allowed(scheme: str, host: str) -> bool:
    if scheme == "file":
        return not host
    return bool(host) and (scheme == "https" or (scheme == "http" and is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def folder_of(address: str) -> Path | None:
    """Return the folder of a `file://` address, `None` for any other."""
    parts = urlsplit(address)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None
