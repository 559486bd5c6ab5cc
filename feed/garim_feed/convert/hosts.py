"""Hosts files: `0.0.0.0 host ...`, as blocking lists are often kept.

Rules:
- A line blocks the hosts it sends to nowhere: 0.0.0.0, 127.x.x.x, :: or ::1. A line that sends them
  anywhere else is a bad row; so is one with a host that cannot be listed, whole.
- The lines that every system's own file has (localhost, broadcasthost, ip6-allnodes, ...) say
  nothing.
- An entry covers subdomains, which a hosts file cannot: it widens on the way in and narrows on the
  way out. Only blocked host names can be written.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from garim_feed.addresses.canonical import canonical_host
from garim_feed.addresses.host import is_ip
from garim_feed.convert.rows import Row, Written, excerpt, rows
from garim_feed.convert.subjects import HOST_PATTERN, host
from garim_feed.errors import FeedError
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item

_USUAL = re.compile(rf"(?:0\.0\.0\.0|127\.0\.0\.1)[ \t]++({HOST_PATTERN})")
_NOWHERE = re.compile(r"0\.0\.0\.0|127\.[0-9.]+|\[::1?\]")
_SYSTEM = frozenset(
    {
        "0.0.0.0",  # noqa: S104 - a name that such files hold, nothing is bound
        "broadcasthost",
        "ip6-allhosts",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-localhost",
        "ip6-localnet",
        "ip6-loopback",
        "ip6-mcastprefix",
        "local",
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost4.localdomain4",
        "localhost6",
        "localhost6.localdomain6",
    }
)


def read(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a hosts file."""
    return rows(stream, _line)


def write(items: Iterable[Item], stream: BinaryIO) -> Written:
    """Write the blocked host names."""
    written = left_out = 0
    for item in items:
        if item.kind is Kind.HOST and item.effect is Effect.BLOCK and not is_ip(item.subject):
            stream.write(f"0.0.0.0 {item.subject}\n".encode("ascii"))
            written += 1
        else:
            left_out += 1
    return Written(written, left_out)


def _line(text: str) -> Iterable[Item]:
    usual = _USUAL.fullmatch(text)
    if usual and usual[1] not in _SYSTEM:
        return (Item(Kind.HOST, usual[1]),)
    where, *names = text.partition("#")[0].split() or [""]
    if not where:
        return ()
    names = [name for name in names if name.lower() not in _SYSTEM]
    target = canonical_host(where)
    if not is_ip(target):
        raise FeedError(
            "{text} is not an IP address; a line is `0.0.0.0 host`.", text=excerpt(where)
        )
    if not names:
        if text.partition("#")[0].split()[1:]:
            return ()
        raise FeedError("{text} is followed by no host.", text=excerpt(where))
    if not _NOWHERE.fullmatch(target):
        raise FeedError(
            "{host} is sent to {target}, not blocked.",
            host=excerpt(names[0]),
            target=excerpt(where),
        )
    return [Item(Kind.HOST, host(name)) for name in names]
