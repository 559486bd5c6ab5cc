"""Response policy zones (draft-vixie-dnsop-dns-rpz), as far as they name hosts.

Rules:
- NXDOMAIN (`CNAME .`), NODATA (`CNAME *.`) and `rpz-drop` block, `rpz-passthru` allows. A record
  that answers with something else (`rpz-tcp-only`, local data) and triggers that are not names
  (`rpz-ip`, `rpz-client-ip`, `rpz-nsip`, `rpz-nsdname`) are bad rows.
- `host` and `*.host` with the same policy, one after the other, are one entry, which covers both. A
  wildcard without its host is a bad row: the entry would cover the host too. A host without its
  wildcard is taken, and widens to its subdomains, as from a hosts file.
- Blocked and allowed host names can be written, each with its wildcard; a zone has no place for IP
  addresses as hosts.
"""

import re
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from garim_feed.addresses.host import is_ip
from garim_feed.convert.rows import BadRow, Row, Written, excerpt
from garim_feed.convert.rpz_zone import Record, Zone
from garim_feed.convert.subjects import host
from garim_feed.errors import FeedError
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item

_POLICIES = {
    ".": Effect.BLOCK,
    "*.": Effect.BLOCK,
    "rpz-drop.": Effect.BLOCK,
    "rpz-passthru.": Effect.ALLOW,
}
_TRIGGERS = re.compile(r"(?:^|\.)rpz-(?:ip|client-ip|nsip|nsdname)$")
_ADMINISTRATION = frozenset(
    {"SOA", "NS", "DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "ZONEMD"}
)


def read(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a zone file."""
    before: Item | None = None
    waiting: tuple[int, Item] | None = None
    for record in Zone().records(stream):
        if isinstance(record, BadRow):
            yield record
            continue
        try:
            found = _policy(record)
        except FeedError as error:
            yield BadRow(record.line, error)
            continue
        if found is None:
            continue
        item, wildcard = found
        if waiting is not None and waiting[1] != item:
            yield _alone(*waiting)
        waiting = None
        if not wildcard:
            before = item
            yield item
        elif item != before:
            waiting = record.line, item
    if waiting is not None:
        yield _alone(*waiting)


def write(items: Iterable[Item], stream: BinaryIO) -> Written:
    """Write the host names as a zone; its serial is the time of writing."""
    stream.write(
        f"$TTL 300\n@ SOA localhost. root.localhost. {int(time.time())} 300 60 604800 60\n"
        "@ NS localhost.\n".encode("ascii")
    )
    written = left_out = 0
    for item in items:
        if item.kind is Kind.HOST and not is_ip(item.subject):
            policy = "rpz-passthru." if item.effect is Effect.ALLOW else "."
            name = item.subject
            stream.write(f"{name} CNAME {policy}\n*.{name} CNAME {policy}\n".encode("ascii"))
            written += 1
        else:
            left_out += 1
    return Written(written, left_out)


def _policy(record: Record) -> tuple[Item, bool] | None:
    """Return a record's item, and whether it is for the subdomains only; `None` for no policy."""
    if record.type in _ADMINISTRATION:
        return None
    if record.owner == "@":
        raise FeedError("A {type} record of the zone itself says nothing.", type=record.type)
    if _TRIGGERS.search(record.owner):
        raise FeedError("{text} is not about a host name.", text=excerpt(record.owner))
    target = record.data[0].lower()
    effect = _POLICIES.get(target) if record.type == "CNAME" else None
    name = record.owner.removeprefix("*.")
    if effect is None and record.type == "CNAME" and target.removesuffix(".") == name:
        effect = Effect.ALLOW  # How the first resolvers wrote rpz-passthru.
    if effect is None or len(record.data) != 1:
        raise FeedError(
            "{text} is answered with {type} {target}, which a list cannot say.",
            text=excerpt(record.owner),
            type=excerpt(record.type),
            target=excerpt(" ".join(record.data)),
        )
    return Item(Kind.HOST, host(name), effect), name != record.owner


def _alone(line: int, item: Item) -> BadRow:
    error = FeedError(
        "*.{host} stands without {host} beside it, and an entry would cover both.",
        host=excerpt(item.subject),
    )
    return BadRow(line, error)
