"""The guard against lists that would do harm: well-known hosts and ordinary pictures never match.

Rules:
- A list that would block a well-known host, its `www.` or the root address of either, or a public
  suffix, is refused as a whole, whoever signed it. What lies below them (one blog, one item page)
  may be listed.
- So is a list with a picture or frame within its wide bound of an ordinary sample picture; what
  marks the innocent does not help there.
- The list is asked as the agent will ask it: what expired or was revoked does not count.

The data are in `builtin/`: hosts by hand, pictures by `feed/build_canaries.py`.

Weakness: it finds gross mistakes (a whole portal, a stock photograph), not a single wrong entry.
"""

import json
from functools import cache
from pathlib import Path

from garim_feed.addresses.canonical import Address
from garim_feed.addresses.expressions import host_expressions
from garim_feed.errors import FeedError
from garim_feed.kinds import HASH_BYTES, Kind
from garim_feed.lookup.list_index import KeyMemory, ListIndex

_BUILTIN = Path(__file__).parents[1] / "builtin"
HOSTS = _BUILTIN / "canaries.txt"
PICTURES = _BUILTIN / "canary_pictures.json"


@cache
def canary_hosts() -> tuple[str, ...]:
    """Return the well-known hosts and public suffixes (canonical)."""
    lines = HOSTS.read_text("ascii").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def canary_pictures() -> tuple[tuple[str, bytes, int], ...]:
    """Return name, PDQ hash (32 bytes) and quality of each ordinary picture."""
    listed = json.loads(PICTURES.read_bytes())["pictures"]
    found = tuple((one["name"], bytes.fromhex(one["pdq"]), one["quality"]) for one in listed)
    if any(len(pdq) != HASH_BYTES for _, pdq, _ in found):
        raise ValueError("a canary's PDQ hash has not 32 bytes")
    return found


def check_canaries(one: ListIndex, today: int) -> None:
    """Refuse a list that would block what no list may.

    Args:
        one: The list as it would be in force.
        today: Day counted from `kinds.EPOCH`.

    Raises:
        FeedError: It would.
    """
    for host in canary_hosts():
        if _blocks(one, host, today) or _blocks(one, f"www.{host}", today):
            raise FeedError(
                "The list would block {host}, which no list may; it was not taken over.", host=host
            )
    for name, pdq, quality in canary_pictures():
        _, matches = one.near([pdq], quality, today)
        if matches:
            raise FeedError(
                "The list would match an ordinary picture ({picture}, entry {entry}); "
                "it was not taken over.",
                picture=name,
                entry=matches[0].entry,
            )


def _blocks(one: ListIndex, host: str, today: int) -> bool:
    names = host_expressions(host)
    keys = KeyMemory()
    hosts = one.decide([(Kind.HOST, name.encode("ascii")) for name in names], keys, today)
    return bool(hosts or one.decide_address(Address(host, "/"), names, keys, today))
