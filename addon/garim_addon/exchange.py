"""The request half of one exchange as an adapter hands it in: plain facts, no I/O, no mitmproxy.

Rules:
- An adapter translates its own objects into these; nothing behind the adapter sees its types.
- Header look-up is case-insensitive; that is the adapter's duty, so that no header is copied on the
  fast path.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Direction(StrEnum):
    """Which way the media travels."""

    DOWNLOAD = "download"
    UPLOAD = "upload"


class Headers(Protocol):
    """Read access to headers; `get` must ignore the case of `name`."""

    def get(self, name: str, default: str, /) -> str | None:
        """Return the header's value (several are joined by ", ") or `default`."""


@dataclass(frozen=True, slots=True)
class Request:
    """Facts of a request that decisions use.

    Attributes:
        method: Upper-case HTTP method.
        scheme: `http` or `https`.
        host: Host name as the client wrote it (no port).
        port: TCP port.
        path: Path with query, never a fragment.
        headers: The request's headers.
        sni: Name in the client's TLS handshake, or empty.
    """

    method: str
    scheme: str
    host: str
    port: int
    path: str
    headers: Headers
    sni: str = ""

    @property
    def address(self) -> str:
        """The full address, with the port only where it is not the scheme's default."""
        return self.address_on(self.host)

    def address_on(self, host: str) -> str:
        """The address that this would be on another host."""
        default = 443 if self.scheme == "https" else 80
        port = "" if self.port == default else f":{self.port}"
        host = f"[{host}]" if ":" in host and host[0] != "[" else host
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def destination(self) -> str:
        """What the browser wants it for (`Sec-Fetch-Dest`), lower case; empty when unsaid."""
        return (self.headers.get("sec-fetch-dest", "") or "").lower()


@dataclass(frozen=True, slots=True)
class Response:
    """Facts of a response's head.

    Attributes:
        status: HTTP status code.
        headers: The response's headers.
    """

    status: int
    headers: Headers
