"""What every reader and writer of a format has in common: lines, rows, bad rows.

Rules:
- Readers stream: what they hold does not grow with the file. A line longer than its format's limit
  is one bad row and is skipped without being held.
- A row is an item or a `BadRow` with its line and one reason. A line that says several things gives
  all of them or none. Whether a file with bad rows is imported at all is the caller's choice;
  `Sieve` makes it all or nothing.
- Text is UTF-8; a line that is not may be CP949, which Korean Windows programs write.
- Reasons quote the file only in short, printable excerpts: they are shown in terminals.
- Writers skip what their format cannot say and count it. Formats without a place for expiry, bounds
  or notes lose those; callers leave expired items out themselves.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from garim_feed.errors import FeedError
from garim_feed.publish.items import Item

MAX_LINE = 16_384
"""Bytes of a line, for formats with one short thing a line."""
MAX_KEPT = 1_000
"""Bad rows that a `Sieve` keeps; it counts them all."""
_BLOCK = 1 << 20
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not imported.

    Attributes:
        line: Its line in the file, from 1.
        error: Why, translatable.
    """

    line: int
    error: FeedError

    @property
    def reason(self) -> str:
        """Why, in English."""
        return str(self.error)


Row = Item | BadRow


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer did.

    Attributes:
        written: Items in the file.
        left_out: Items that the format cannot say.
    """

    written: int
    left_out: int


@dataclass(slots=True)
class Sieve:
    """Takes the bad rows out of a stream of rows and keeps them.

    Attributes:
        skip: Whether the good rows are wanted although there are bad ones.
        bad: The first `MAX_KEPT` bad rows.
        count: How many bad rows there were.
    """

    skip: bool = False
    bad: list[BadRow] = field(default_factory=list)
    count: int = 0

    def items(self, rows: Iterable[Row]) -> Iterator[Item]:
        """Yield the items; after the last row, raise if there were bad ones and `skip` is not set.

        Raises:
            FeedError: There were bad rows. Who takes items all or nothing then takes none.
        """
        for row in rows:
            if isinstance(row, Item):
                yield row
                continue
            self.count += 1
            if len(self.bad) < MAX_KEPT:
                self.bad.append(row)
        if self.count and not self.skip:
            raise FeedError(
                "{count} rows cannot be imported, so none was; the first is line {line}: {reason}",
                count=self.count,
                line=self.bad[0].line,
                reason=self.bad[0].error,
            )


def excerpt(text: str) -> str:
    """Return the start of a text, without anything that a terminal would act on."""
    short = text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"
    if short.isprintable():
        return short
    return "".join(char if char.isprintable() else "�" for char in short)


def lines(stream: BinaryIO, limit: int = MAX_LINE) -> Iterator[tuple[int, str | FeedError]]:
    """Yield each line's number and its text without line end, or why it has none.

    Args:
        stream: The file.
        limit: Bytes that a line may have.
    """
    number = 0
    rest = stream.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
    while block := stream.read(_BLOCK):
        head, newline, rest = (rest + block).rpartition(b"\n")
        if newline:
            texts = _texts(head, limit)
            yield from enumerate(texts, number + 1)
            number += len(texts)
        if len(rest) > limit + 1:
            number += 1
            yield number, _too_long(limit)
            rest = _after_this_line(stream)
    if rest:
        yield from enumerate(_texts(rest.removesuffix(b"\n"), limit), number + 1)


def rows(
    stream: BinaryIO, parse: Callable[[str], Iterable[Item]], limit: int = MAX_LINE
) -> Iterator[Row]:
    """Yield the rows of a format in which each line stands by itself.

    Args:
        stream: The file.
        parse: Returns what a line says; raises `FeedError` with the reason it is bad.
        limit: Bytes that a line may have.
    """
    for number, text in lines(stream, limit):
        if isinstance(text, FeedError):
            yield BadRow(number, text)
            continue
        try:
            found = parse(text)
        except FeedError as error:
            yield BadRow(number, error)
        else:
            yield from found


def _texts(data: bytes, limit: int) -> list[str | FeedError]:
    try:
        texts = data.decode("utf-8").replace("\r\n", "\n").removesuffix("\r").split("\n")
    except UnicodeDecodeError:
        return [_text(line, limit) for line in data.split(b"\n")]
    if max(map(len, texts)) <= limit // 4:
        return [*texts]
    return [_too_long(limit) if len(text.encode()) > limit else text for text in texts]


def _text(line: bytes, limit: int) -> str | FeedError:
    line = line.removesuffix(b"\r")
    if len(line) > limit:
        return _too_long(limit)
    for encoding in ("utf-8", "cp949"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return FeedError("The line is not text in UTF-8 or CP949.")


def _too_long(limit: int) -> FeedError:
    return FeedError("The line is longer than {limit} bytes.", limit=limit)


def _after_this_line(stream: BinaryIO) -> bytes:
    while block := stream.read(_BLOCK):
        _, newline, rest = block.partition(b"\n")
        if newline:
            return rest
    return b""
