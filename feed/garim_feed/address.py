"""Canonical forms of hosts and addresses, and the keyed digests by which lists name them.

Rules:
- A list never holds a plain host or address: entries are BLAKE2b digests keyed by the list's public
  salt, so one list's entries say nothing of another's and no ready-made table inverts them.
- An address is compared without its scheme, user and fragment, with its host in lower case, its
  default port dropped and its percent-escapes normalized (RFC 3986, 6.2.2).
- What cannot be parsed has the empty form, which no list holds.

Weakness: this is the simple form. Dot segments, repeated slashes, escaped escapes, numeric host
spellings and international names are compared as they came; Safe Browsing's full canonicalization
belongs to the feed's own issue.
"""

import hashlib
import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

DIGEST_BYTES = 16
_MAX_HOST = 253
_MAX_ADDRESS = 8192
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_SAFE = "%/?:@!$&'()*+,;=-._~"


def digest(text: str, salt: bytes) -> bytes:
    """Return the keyed digest (16 bytes) under which a list holds a canonical host or address."""
    return hashlib.blake2b(
        text.encode("utf-8", "replace"), key=salt, digest_size=DIGEST_BYTES
    ).digest()


def canonical_host(host: str) -> str:
    """Return the host in lower case without brackets and final dot, or `""` when it is none."""
    host = host.strip().lower().removesuffix(".").removeprefix("[").removesuffix("]")
    return host if 0 < len(host) <= _MAX_HOST else ""


def suffixes(host: str) -> Iterator[str]:
    """Yield the canonical host and its parent domains down to two labels; only itself for an IP."""
    host = canonical_host(host)
    if not host:
        return
    yield host
    if _is_ip(host):
        return
    labels = host.split(".")
    for start in range(1, len(labels) - 1):
        yield ".".join(labels[start:])


def canonical_address(url: str) -> str:
    """Return `host[:port]/path[?query]` in canonical form, or `""` when it is no address."""
    if len(url) > _MAX_ADDRESS:
        return ""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = canonical_host(parts.hostname or "")
    scheme = parts.scheme.lower()
    if not host or scheme not in _DEFAULT_PORTS:
        return ""
    where = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        where += f":{port}"
    query = f"?{_normalized(parts.query)}" if parts.query else ""
    return f"{where}{_normalized(parts.path) or '/'}{query}"


def _normalized(text: str) -> str:
    return quote(_ESCAPE.sub(_escape, text), safe=_SAFE, errors="replace")


def _escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
