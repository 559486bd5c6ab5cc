"""Host names in one spelling, and lists of them that are searched by label.

Rules:
- One spelling: lower case, no trailing dot, IDN as A-labels (`xn--`), IP addresses in canonical
  form without brackets.
- `example.com` covers itself and every name under it; `*.example.com` and `.example.com` cover only
  the names under it. No other wildcard exists.
- An entry of one label (`nas`) covers that very name only, and an IP address only itself, so that
  no slip of the pen covers a whole top-level domain.
- Weakness: IDN uses Python's IDNA 2003, which folds a few letters (ß) that browsers keep apart.
"""

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache

MAX_HOST = 253
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


@lru_cache(maxsize=4096)
def normal(host: str) -> str:
    """Return `host` in the one spelling; what is no host name comes back lower-cased as it is.

    Args:
        host: A name or an IP literal, as a client wrote it, without a port.
    """
    try:
        return strict(host)
    except ValueError:
        return host.lower().removesuffix(".")


def strict(host: str) -> str:
    """Return `host` in the one spelling.

    Raises:
        ValueError: When it is neither a host name nor an IP address.
    """
    address = _address(host)
    if address:
        return address
    name = host.removesuffix(".")
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    name = name.lower()
    if not 0 < len(name) <= MAX_HOST or not all(_LABEL.match(part) for part in name.split(".")):
        raise ValueError("not a host name")
    if name.rsplit(".", 1)[-1].isdigit():
        raise ValueError("neither a host name nor an IP address")
    return name


def pattern(entry: str) -> str:
    """Return a list entry in the one spelling; "only what is under it" is written `*.`.

    Raises:
        ValueError: When it is not a host name, an IP address or a `*.` in front of a name.
    """
    under = entry.startswith(("*.", "."))
    name = strict(entry.removeprefix("*").removeprefix(".") if under else entry)
    if not under:
        return name
    if "." not in name or _address(name):
        raise ValueError("too wide")
    return f"*.{name}"


def _address(host: str) -> str:
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if ":" not in bare and not bare.replace(".", "").isdigit():
        return ""
    try:
        return ipaddress.ip_address(bare).compressed
    except ValueError:
        return ""


class HostList:
    """A set of host entries; a look-up costs one set probe a label."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Take entries as a person writes them.

        Raises:
            ValueError: When one is not a valid entry (see `pattern`).
        """
        self._entries = frozenset(pattern(entry) for entry in entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, host: str) -> bool:
        return self.find(host) is not None

    def find(self, host: str) -> str | None:
        """Return the entry that covers `host`, the most exact one, or `None`."""
        entries = self._entries
        if not entries:
            return None
        name = normal(host)
        if name in entries:
            return name
        if ":" in name or name.rpartition(".")[2].isdigit():
            return None
        tail = name.partition(".")[2]
        while "." in tail:
            for entry in (f"*.{tail}", tail):
                if entry in entries:
                    return entry
            tail = tail.partition(".")[2]
        return None
