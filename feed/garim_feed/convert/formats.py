"""The formats by name, and which one a file is in.

Rules:
- What a file says decides, by its first 64 KiB; its name only where that leaves a choice.
- A format's `kinds` are what it can hold; reading and writing hold the same ones.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from garim_feed.convert import adblock, hosts, plain, rpz, stix, threatexchange
from garim_feed.convert.rows import Row, Written, excerpt
from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.publish.items import Item

HEAD = 65_536
"""Bytes of a file's start that `detect` wants."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes:
        name: Its word in the tools.
        suffixes: Endings that its files usually have.
        kinds: What it can hold.
        read: Yields the rows of a file.
        write: Writes items.
    """

    name: str
    suffixes: tuple[str, ...]
    kinds: tuple[Kind, ...]
    read: Callable[[BinaryIO], Iterator[Row]]
    write: Callable[[Iterable[Item], BinaryIO], Written]


FORMATS = {
    one.name: one
    for one in (
        Format("hosts", (".hosts",), (Kind.HOST,), hosts.read, hosts.write),
        Format("adblock", (".adblock", ".abp"), (Kind.HOST,), adblock.read, adblock.write),
        Format("rpz", (".rpz", ".zone", ".db"), (Kind.HOST,), rpz.read, rpz.write),
        Format(
            "threatexchange",
            (".csv",),
            threatexchange.KINDS,
            threatexchange.read,
            threatexchange.write,
        ),
        Format("stix", (".json", ".stix", ".stix2"), stix.KINDS, stix.read, stix.write),
        Format("plain", (".txt", ".list"), plain.KINDS, plain.read, plain.write),
    )
}
_HOSTS_LINE = re.compile(r"(?=[0-9a-fA-F]*+[.:])[0-9a-fA-F:.]++[ \t]++\S")
_ADBLOCK_LINE = re.compile(r"!|\[Adblock|(?:@@)?\|\||.*#[@?$%]?#|/.*/$")
_ZONE_LINE = re.compile(
    r"\$(?:TTL|ORIGIN)\s|\S*+\s++(?:[0-9]++\s++)?+(?:IN\s++)?+(?:SOA|NS|CNAME)\s", re.IGNORECASE
)
_LOOKED_AT = 200


def by_name(name: str) -> Format:
    """Return a format.

    Raises:
        FeedError: There is none of that name.
    """
    if name in FORMATS:
        return FORMATS[name]
    known = ", ".join(FORMATS)
    raise FeedError("There is no format {name}; there are {known}.", name=name, known=known)


def by_suffix(name: str) -> Format | None:
    """Return the format that a file name says, or `None`."""
    path = PurePath(name)
    if path.name.lower() == "hosts":
        return FORMATS["hosts"]
    suffix = path.suffix.lower()
    return next((one for one in FORMATS.values() if suffix in one.suffixes), None)


def detect(head: bytes, name: str = "") -> Format:
    """Return the format that a file is in.

    Args:
        head: Its first `HEAD` bytes, or all of it.
        name: Its name, if it has one.

    Raises:
        FeedError: It is not text.
    """
    if b"\0" in head:
        raise FeedError("{name} is not a text file.", name=excerpt(name) or "-")
    text = head[:HEAD].decode("utf-8-sig", "replace")
    if text.lstrip().startswith("{"):
        return FORMATS["stix"]
    found = [line.strip() for line in text.splitlines()[:_LOOKED_AT]]
    found = [line for line in found if line and not line.startswith(("# ", ";"))]
    if found and threatexchange.looks_like_columns(found[0]):
        return FORMATS["threatexchange"]
    counts = {
        FORMATS["adblock"]: sum(bool(_ADBLOCK_LINE.match(line)) for line in found),
        FORMATS["rpz"]: sum(bool(_ZONE_LINE.match(line)) for line in found),
        FORMATS["hosts"]: sum(bool(_HOSTS_LINE.match(line)) for line in found),
    }
    best = max(counts, key=lambda one: counts[one])
    if counts[best] * 2 > len(found):
        return best
    return by_suffix(name) or FORMATS["plain"]
