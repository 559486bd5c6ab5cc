"""The one spelling of a URL by which lists name it and look-ups find it.

Rules:
- Safe Browsing's canonicalization ("URLs and Hashing"): tabs and line ends go, the fragment goes,
  escapes are undone until none is left, the path's dot segments and doubled slashes are resolved,
  then bytes <= 0x20, >= 0x7F, `#` and `%` are escaped. The scheme, user and port are dropped too.
- The parts are told apart before escapes are undone, as browsers and servers do. So that the form
  stays unambiguous, `?` and a backslash keep their escape in a path, `&` in a parameter.
- Korean bytes in CP949 become UTF-8, each path segment and parameter by itself: sites mix the two.
- The canonical form of a canonical form is itself. Nothing raises; work is linear in the first
  8,192 characters, and what lies behind them is not looked at.

Weakness: a site that accepts lines longer than 8,192 characters can hide a parameter behind that
bound; its path still matches. Unicode forms (NFC, NFD) of a path stay apart, as servers hold them.
"""

import re
from dataclasses import dataclass

from garim_feed.addresses.escapes import IN_PATH, IN_QUERY, as_utf8, escaped, unescaped
from garim_feed.addresses.host import MAX_HOST, canonical_host, host_form

__all__ = ["MAX_URL", "Address", "canonical", "canonical_host"]

MAX_URL = 8192
"""Characters of a URL that are looked at, and the most that a canonical form has."""
_MAX_PATH = 4096
_MAX_QUERY = MAX_URL - MAX_HOST - _MAX_PATH - 1
_MAX_PLAIN = 2048
_SURROUNDINGS = "".join(map(chr, range(0x21)))
_PLAIN = re.compile(
    r"(?:(?:https?|wss?|ftp)://)?+"
    r"((?:[a-z0-9_-]{1,63}+\.)++[a-z][a-z0-9_-]{0,62}+)(?::[0-9]{1,5}+)?+"
    r"((?:/(?!\.)[!\"$&-.0-;<->@A-Z\[\]^-~]++)*+/?+)"
    r"(?:\?([!\"$&-~]*+))?+"
)
"""What most requests look like: nothing to undo, so its parts are the canonical form."""
_SCHEME = re.compile(r"(?:https?|wss?|ftp):[/\\]*+", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:(?![0-9]{1,5}+(?:[/\\?]|$))")
_END_OF_AUTHORITY = re.compile(r"[/\\?]")
_PORT = re.compile(r"(?::[0-9]{0,5}+)?+")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL in canonical form, all ASCII.

    Attributes:
        host: `canonical_host`'s form; IPv6 in brackets.
        path: Starts with `/`.
        query: What follows the first `?`, or `None` without one.
    """

    host: str
    path: str
    query: str | None = None

    @property
    def text(self) -> str:
        """`host/path[?query]`; its canonical form is this address again."""
        whole = self.host + self.path
        return whole if self.query is None else f"{whole}?{self.query}"


def canonical(url: str) -> Address | None:
    """Return a URL's canonical form, or `None` when it names no host.

    Args:
        url: With or without one of the schemes `http`, `https`, `ws`, `wss` and `ftp`; bytes that
            are not UTF-8 are expected as `surrogateescape` leaves them.
    """
    if len(url) <= _MAX_PLAIN and (plain := _PLAIN.fullmatch(url)):
        host, path, query = plain.groups()
        if len(host) <= MAX_HOST:
            return Address(host, path or "/", query)
    url = url.strip(_SURROUNDINGS)[:MAX_URL]
    url = url.replace("\t", "").replace("\r", "").replace("\n", "").partition("#")[0]
    return _parsed(url)


def _parsed(url: str) -> Address | None:
    scheme = _SCHEME.match(url)
    if scheme:
        url = url[scheme.end() :]
    elif url.startswith(("//", "\\\\")):
        url = url.lstrip("/\\")
    elif _OTHER_SCHEME.match(url):
        return None
    end = _END_OF_AUTHORITY.search(url)
    authority = url[: end.start()] if end else url
    host = _host(authority.rpartition("@")[2])
    if not host:
        return None
    path, mark, query = url[len(authority) :].partition("?")
    path = _path(path)
    if len(path) > _MAX_PATH:
        return Address(host, path[: path.rindex("/", 0, _MAX_PATH) + 1])
    return Address(host, path, _query(query) if mark else None)


def _host(text: str) -> str:
    end = text.find("]") + 1 if text.startswith("[") else text.find(":")
    if end < 0:
        return host_form(text)
    return host_form(text[:end]) if _PORT.fullmatch(text, end) else ""


def _path(text: str) -> str:
    kept: list[bytes] = []
    segment = b""
    for segment in unescaped(text.replace("\\", "/")).split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in {b"", b"."}:
            kept.append(segment)
    if not kept:
        return "/"
    path = "/" + "/".join([escaped(as_utf8(segment), IN_PATH) for segment in kept])
    return path + "/" if segment in {b"", b".", b".."} else path


def _query(text: str) -> str:
    parameters = [escaped(as_utf8(unescaped(one)), IN_QUERY) for one in text.split("&")]
    query = "&".join(parameters)
    if len(query) <= _MAX_QUERY:
        return query
    return query[: max(query.rfind("&", 0, _MAX_QUERY + 1), 0)]
