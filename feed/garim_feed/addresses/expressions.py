"""The expressions of an address that lists may hold, in the order in which a look-up tries them.

Rules:
- Hosts: the host itself, then its parents down to two labels; an IP address has no parents.
- Paths: with the whole query, with each set of chosen parameters that the query has, without query,
  then the parent folders that Safe Browsing tries (the four nearest the root), deepest first.
- The most specific expression comes first, so that the first one a list holds decides.
- Every count is bounded: at most 10 hosts, and `MAX_PATHS` paths.

Look-ups try every host with every path (`lookup.list_index`), so an `address` entry covers the
subdomains of its host as a `host` entry does.
Weakness: of a host of more than 10 labels only the nine shortest parents count; Safe Browsing tries
four.
"""

from functools import lru_cache

from garim_feed.addresses.canonical import Address, canonical
from garim_feed.addresses.host import is_ip

MAX_HOSTS = 10
MAX_PARENTS = 4
MAX_PARAMETER_SETS = 16
"""Sets of parameter names of one list that are looked at."""
MAX_PATHS = 2 + 2 * MAX_PARAMETER_SETS + MAX_PARENTS

Parameters = tuple[tuple[str, ...], ...]
"""The sets of query parameters that name an item on a site, e.g. `(("id",), ("board", "no"))`."""


def host_expressions(host: str) -> tuple[str, ...]:
    """Return the canonical host and its parent domains, the most specific first.

    Args:
        host: `canonical_host`'s form; `""` gives nothing.
    """
    if host.count(".") < 2 or is_ip(host):
        return (host,) if host else ()
    labels = host.split(".")
    first = max(1, len(labels) - MAX_HOSTS)
    return (host, *(".".join(labels[start:]) for start in range(first, len(labels) - 1)))


def path_expressions(address: Address, parameters: Parameters = ()) -> tuple[str, ...]:
    """Return the path expressions of an address, the most specific first, without duplicates.

    Args:
        address: A canonical address.
        parameters: Sets of parameter names; those beyond the first `MAX_PARAMETER_SETS` are
            not looked at. A name that the query repeats is tried with its first and its last
            value, because servers differ.
    """
    path = address.path
    if address.query is None:
        return (path, *_parents(path))
    found = [f"{path}?{address.query}"]
    if parameters and address.query:
        values = _values(address.query)
        for names in _sets(parameters):
            found.extend([f"{path}?{chosen}" for one in values if (chosen := _chosen(one, names))])
    return tuple(dict.fromkeys((*found, path, *_parents(path))))


def subject(url: str, parameters: tuple[str, ...] | None = None) -> str:
    """Return the expression under which a list names a URL, or `""`.

    Args:
        url: The URL as someone wrote it.
        parameters: Names of the query parameters that count; `()` for none, so that the entry
            covers every query, `None` to keep the query as it is.

    Returns:
        `host/path[?query]`; `""` when the URL is no address or lacks a chosen parameter.
    """
    address = canonical(url)
    if address is None:
        return ""
    if parameters is None:
        return address.text
    if not parameters:
        return address.host + address.path
    chosen = _chosen(_values(address.query or "")[0], tuple(sorted(set(parameters))))
    return f"{address.host}{address.path}?{chosen}" if chosen else ""


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    depth = min(len(parts) - 1, MAX_PARENTS)
    found = ["/".join(parts[:count]) + "/" for count in range(depth, 0, -1)]
    return found[1:] if found[0] == path else found


@lru_cache(maxsize=256)
def _sets(parameters: Parameters) -> Parameters:
    """Return the sets that are looked at, the longest first, names in order."""
    wanted = (tuple(sorted(set(names))) for names in parameters[:MAX_PARAMETER_SETS])
    return tuple(sorted(wanted, key=len, reverse=True))


def _values(query: str) -> tuple[dict[str, str], ...]:
    """Return each name's first value, and each name's last one where they differ."""
    pairs = [one.partition("=")[::2] for one in query.split("&")]
    lasts = dict(pairs)
    return (lasts,) if len(lasts) == len(pairs) else (dict(reversed(pairs)), lasts)


def _chosen(values: dict[str, str], names: tuple[str, ...]) -> str:
    """Return the named parameters, or `""` if one is missing."""
    for name in names:
        if name not in values:
            return ""
    return "&".join([f"{name}={values[name]}" for name in names])
