"""Is what a request asks for on a list? Hosts and addresses, before anything is fetched.

Rules:
- Asked are the host that is connected to, the `Host` header and the name of the TLS handshake,
  where they differ: a server answers by the one that it looks at.
- Of a request the full address counts: a list may allow an address on a host that it names. Of a
  connection in which nobody speaks HTTP no more than the host is known.
"""

from garim_addon.exchange import Request
from garim_addon.judge.inspections import list_match
from garim_addon.verdict import ListMatch
from garim_feed.lookup.match import Index


class Addresses:
    """Looks requests up.

    Args:
        index: The lists.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def host(self, host: str) -> tuple[ListMatch, ...]:
        """Return the matches of a host, for a connection of which no more is known."""
        return tuple(list_match(m) for m in self._index.host(host))

    def matches(self, request: Request) -> tuple[ListMatch, ...]:
        """Return the matches of a request."""
        index = self._index
        found = index.address(request.address)
        if not found:
            for name in _other_names(request):
                found = index.address(request.address_on(name))
                if found:
                    break
        return tuple(list_match(m) for m in found)


def _other_names(request: Request) -> tuple[str, ...]:
    named = (request.headers.get("host", "") or "").strip()
    if ":" in named:
        before, _, port = named.rpartition(":")
        named = before if port.isdigit() and not before.endswith(":") else named
    return tuple(
        dict.fromkeys(name for name in (named, request.sni) if name and name != request.host)
    )
