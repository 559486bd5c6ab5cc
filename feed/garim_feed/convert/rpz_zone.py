"""The lines of a DNS zone file (RFC 1035), as far as response policy zones use them.

Rules:
- A record is its owner, its type and its data, with names made absolute and the zone's own name
  taken off owners. `$ORIGIN` and `$TTL` are followed; `$INCLUDE` and `$GENERATE` are refused: a
  file neither opens another one nor makes entries that it does not show.
- Records stand on one line each; only one in parentheses (the SOA) goes on, for at most 64 lines.
- Names with a backslash (RFC 1035's escapes) are refused: no host that can be listed needs one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from garim_feed.convert.rows import BadRow, excerpt, lines
from garim_feed.errors import FeedError

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|".*+|[()]|;.*+|[^\s()";]++')
_PLAIN = re.compile(r'[^()";]*+')
_TTL = re.compile(r"(?:[0-9]++[smhdw]?+)++", re.IGNORECASE)
_CLASSES = frozenset({"IN", "CH", "HS"})
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_MAX_JOINED = 64
_UNNAMED = "zone.invalid."
"""What a zone is called whose file does not say."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the zone.

    Attributes:
        line: Where it starts.
        owner: Its name within the zone, in small letters; `@` for the zone itself.
        type: In capitals.
        data: Its words; names are not made absolute.
    """

    line: int
    owner: str
    type: str
    data: tuple[str, ...]


class Zone:
    """Reads one zone file."""

    def __init__(self) -> None:
        self._apex = _UNNAMED
        self._origin = _UNNAMED
        self._owner = ""

    def records(self, stream: BinaryIO) -> Iterator[Record | BadRow]:
        """Yield the zone's records, and a bad row for each line that is none."""
        for number, text, words in _joined(stream):
            if isinstance(words, FeedError):
                yield BadRow(number, words)
                continue
            try:
                record = self._record(number, text, words)
            except FeedError as error:
                yield BadRow(number, error)
            else:
                if record is not None:
                    yield record

    def _record(self, number: int, text: str, words: list[str]) -> Record | None:
        if words[0].startswith("$"):
            self._directive(words)
            return None
        if not text[0].isspace():
            self._owner = ""
            self._owner = self._full(words.pop(0))
        if not self._owner:
            raise FeedError("The record has no owner.")
        while words and (words[0].upper() in _CLASSES or _TTL.fullmatch(words[0])):
            words.pop(0)
        if len(words) < 2 or not _TYPE.fullmatch(words[0]):
            raise FeedError("{text} is not a record of a zone.", text=excerpt(text.strip()))
        kind = words[0].upper()
        if kind == "SOA":
            self._apex = self._owner
            if self._origin == _UNNAMED:
                self._origin = self._owner
        return Record(number, self._within(self._owner), kind, tuple(words[1:]))

    def _directive(self, words: list[str]) -> None:
        name = words[0].upper()
        if name == "$TTL":
            return
        if name != "$ORIGIN" or len(words) != 2:
            raise FeedError("{text} is not followed in a zone file.", text=excerpt(words[0]))
        self._origin = self._full(words[1])
        if self._apex == _UNNAMED and self._origin != ".":
            self._apex = self._origin

    def _full(self, name: str) -> str:
        if "\\" in name or '"' in name:
            raise FeedError("{text} has an escaped character.", text=excerpt(name))
        if name == "@":
            return self._origin
        if name.endswith("."):
            return name.lower()
        return f"{name}.".lower() + ("" if self._origin == "." else self._origin)

    def _within(self, owner: str) -> str:
        if owner == self._apex:
            return "@"
        found = owner.removesuffix("." + self._apex)
        if found == owner:
            raise FeedError("{text} is outside the zone that the file is for.", text=excerpt(owner))
        return found


def _joined(stream: BinaryIO) -> Iterator[tuple[int, str, list[str] | FeedError]]:
    """Yield the file's logical lines: number, text of the first line, words of all its lines."""
    start, first, words, joined = 0, "", list[str](), 0
    for number, text in lines(stream):
        if isinstance(text, FeedError):
            yield number, "", text
            continue
        found = _words(text)
        if not joined:
            start, first = number, text
        elif joined == _MAX_JOINED:
            yield start, first, FeedError("The parenthesis is not closed.")
            start, first, words, joined = number, text, [], 0
        words += found
        depth = words.count("(") - words.count(")")
        if depth > 0:
            joined += 1
            continue
        words = [word for word in words if word not in {"(", ")"}]
        if words:
            yield start, first, words
        words, joined = [], 0
    if joined:
        yield start, first, FeedError("The parenthesis is not closed.")


def _words(text: str) -> list[str]:
    if _PLAIN.fullmatch(text):
        return text.split()
    words = []
    for found in _TOKEN.finditer(text):
        if found[0].startswith(";"):
            break
        words.append(found[0])
    return words
