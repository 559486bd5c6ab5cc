"""Adblock filter lists, as far as they name whole hosts.

Rules:
- `||host^` blocks a host with its subdomains, `@@||host^` allows them: exactly what an entry says.
- Everything else that a filter list can hold is a bad row with its own reason: cosmetic rules,
  regular expressions, options, wildcards, paths. A list carries facts, never patterns.
- `!` starts a comment, `[Adblock ...]` the file; hosts-file lines in such a list are bad rows.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from garim_feed.convert.rows import Row, Written, excerpt, rows
from garim_feed.convert.subjects import host
from garim_feed.errors import FeedError
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item

_PATTERN = frozenset("*/^")
_COSMETIC = ("##", "#@#", "#?#", "#$#", "#%#", "$$", "$@$")


def read(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a filter list."""
    return rows(stream, _line)


def write(items: Iterable[Item], stream: BinaryIO) -> Written:
    """Write the hosts as rules."""
    stream.write(b"[Adblock Plus 2.0]\n")
    written = left_out = 0
    for item in items:
        if item.kind is Kind.HOST:
            allow = "@@" if item.effect is Effect.ALLOW else ""
            stream.write(f"{allow}||{item.subject}^\n".encode("ascii"))
            written += 1
        else:
            left_out += 1
    return Written(written, left_out)


def _line(text: str) -> Iterable[Item]:
    text = text.strip()
    if not text or text.startswith("!") or (text.startswith("[") and text.endswith("]")):
        return ()
    rule = text.removeprefix("@@")
    effect = Effect.BLOCK if rule is text else Effect.ALLOW
    name = rule.removeprefix("||").removesuffix("^")
    if not name or len(name) != len(rule) - 3 or not _PATTERN.isdisjoint(name):
        raise _reason(text, rule)
    return (Item(Kind.HOST, host(name), effect),)


def _reason(text: str, rule: str) -> FeedError:
    short = excerpt(text)
    if any(mark in text for mark in _COSMETIC):
        return FeedError("{text} hides parts of pages, which a list cannot.", text=short)
    if len(rule) > 1 and rule.startswith("/") and (rule.endswith("/") or "/$" in rule):
        return FeedError("{text} is a regular expression, which a list never holds.", text=short)
    if "$" in rule:
        return FeedError("{text} has options, which a list cannot say.", text=short)
    if "*" in rule:
        return FeedError("{text} has a wildcard, which a list cannot say.", text=short)
    return FeedError("{text} does not name a whole host as ||host^ does.", text=short)
