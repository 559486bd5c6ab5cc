"""The objects of a JSON bundle, one after another, without holding the bundle.

Rules:
- The file is one object. If it has an array under `objects`, that array's members are given one by
  one with the line on which each starts; otherwise the file itself is the only object.
- No object, and no other value of the bundle, is larger than the limit. What follows a mistake in
  the JSON is not read: there is no telling where the next object starts.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from garim_feed.errors import FeedError

MAX_OBJECT = 1 << 20
"""Characters of one object."""
MAX_FIELDS = 1000
"""Fields of the file's own object."""
_BLOCK = 1 << 16
_SPACES = re.compile(r"[ \t\r\n]*+")


def objects(stream: BinaryIO) -> Iterator[tuple[int, object]]:
    """Yield the line and the value of each object.

    Raises:
        FeedError: The file is not such JSON; its parameter `line` says where.
    """
    text = _Text(stream)
    if not text.takes("{"):
        raise text.wrong()
    whole: dict[str, object] = {}
    first = text.line
    streamed = False
    while not text.takes("}"):
        if whole or streamed:
            text.must_take(",")
        name = text.value()
        text.must_take(":")
        if name == "objects" and text.takes("["):
            streamed = True
            yield from text.members()
        elif isinstance(name, str) and len(whole) < MAX_FIELDS:
            whole[name] = text.value()
        else:
            raise text.wrong()
    if text.peek():
        raise text.wrong()
    if not streamed:
        yield first, whole


class _Text:
    """A sliding window over the file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")()
        self._decoder = json.JSONDecoder()
        self._window = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """Return the next character that is not a space, `""` at the end."""
        while True:
            self._pass(_SPACES.match(self._window, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._window) or self._ended:
                return self._window[self._at : self._at + 1]
            self._more()

    def takes(self, char: str) -> bool:
        """Take the next character if it is this one; say whether it was."""
        if self.peek() != char:
            return False
        self._pass(self._at + 1)
        return True

    def must_take(self, char: str) -> None:
        """Take the next character, which must be this one."""
        if not self.takes(char):
            raise self.wrong()

    def value(self) -> object:
        """Take the next value."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._window, self._at)
            except (ValueError, RecursionError):
                end = -1
            if end >= 0 and (end < len(self._window) or self._ended):
                self._pass(end)
                return found
            if self._ended:
                raise self.wrong()
            if len(self._window) - self._at > MAX_OBJECT:
                raise FeedError(
                    "No JSON value of at most {limit} characters starts here.",
                    limit=MAX_OBJECT,
                    line=self.line,
                )
            self._more()

    def members(self) -> Iterator[tuple[int, object]]:
        """Take the members of an array whose bracket was taken, and its end."""
        first = True
        while not self.takes("]"):
            if not first:
                self.must_take(",")
            first = False
            self.peek()
            line = self.line
            yield line, self.value()

    def wrong(self) -> FeedError:
        """Return what to raise when the next character is not the right one."""
        return FeedError("The file is not a JSON object from here on.", line=self.line)

    def _more(self) -> None:
        block = self._stream.read(_BLOCK)
        self._ended = not block
        try:
            text = self._bytes.decode(block, final=not block)
        except UnicodeDecodeError:
            raise FeedError("The file is not text in UTF-8.", line=self.line) from None
        self._window = self._window[self._at :] + text
        self._at = 0

    def _pass(self, end: int) -> None:
        self.line += self._window.count("\n", self._at, end)
        self._at = end
