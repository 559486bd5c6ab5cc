"""A segment: one immutable step of a list as a file.

Rules:
- `GARIMSEG`, format (u16), header length (u32), header (JSON), then the columns' zstd frames in the
  header's order and nothing after them. Little-endian throughout.
- The header has one spelling only (`_spell`): whatever else means the same is refused.
- Everything declared is checked before anything is decompressed: names and their order, codings,
  counts, sizes in the file and out of it.
- The same content gives the same columns (terms in their normal form: `terms.py`), and nothing
  else is read. `check.py` says what content must be like.

Weakness: a segment proves nothing about who made it; the TUF target that it came as does.
"""

import json
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from garim_feed.errors import FeedError
from garim_feed.kinds import EFFECTS, MAX_TERMS, Term
from garim_feed.tables import Segment, Tables
from garim_feed.wire import columns, layout, terms
from garim_feed.wire.check import check
from garim_feed.wire.columns import WIDTH, invalid

if TYPE_CHECKING:
    from garim_feed.wire.columns import Column

MAGIC = b"GARIMSEG"
FORMAT = 1
MAX_FILE = 64 << 20
"""Bytes of a segment file."""
MAX_RAW = 256 << 20
"""Bytes of all columns when open: more than `MAX_FILE` of honest entries takes, less than harms."""
MAX_HEADER = 64 << 10
_START = struct.Struct("<8sHI")


class _Column(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    name: str
    type: str
    count: int = Field(ge=1, le=MAX_RAW)
    bytes: int = Field(ge=1, le=MAX_FILE)


class _Header(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    columns: tuple[_Column, ...] = Field(max_length=len(layout.ORDER))


def write(segment: Segment) -> bytes:
    """Return a segment as a file; the same content gives the same file, however terms are numbered.

    Raises:
        FeedError: The content breaks a rule, or is too much for one file (make several segments).
    """
    check(segment)
    parts = _columns(Segment(terms.normal(segment.added), segment.removed))
    if sum(len(part) * WIDTH[layout.ORDER[name]] for name, part in parts.items()) > MAX_RAW:
        raise _too_large()
    frames = {name: columns.encode(layout.ORDER[name], part) for name, part in parts.items()}
    header = _spell(
        (name, layout.ORDER[name], len(part), len(frames[name])) for name, part in parts.items()
    )
    file = b"".join([_START.pack(MAGIC, FORMAT, len(header)), header, *frames.values()])
    if len(file) > MAX_FILE:
        raise _too_large()
    return file


def read(data: bytes) -> Segment:
    """Return a file's segment.

    Args:
        data: Untrusted bytes.

    Raises:
        FeedError: Anything at all is wrong with them. At most 2.5 times `MAX_RAW` bytes are taken
            before that is known.
    """
    header, body = _opened(data)
    parts: dict[str, Column] = {}
    start = 0
    for column in header.columns:
        frame = body[start : start + column.bytes]
        parts[column.name] = columns.decode(layout.ORDER[column.name], frame, column.count)
        start += column.bytes
    segment = _assembled(parts)
    check(segment)
    if terms.normal(segment.added) is not segment.added:
        raise invalid("terms are not in their order, or not all used")
    return segment


def _columns(segment: Segment) -> "dict[str, Column]":
    """Return all columns of a segment in file order."""
    listed = [
        (term.added, term.expires, EFFECTS.index(term.effect)) for term in segment.added.terms
    ]
    own = zip(layout.TERMS.items(), zip(*listed, strict=True), strict=True) if listed else ()
    parts = {name: np.array(values, columns.dtype(coding)) for (name, coding), values in own}
    return {**parts, **dict(layout.contents(segment))}


def _assembled(parts: "dict[str, Column]") -> Segment:
    """Return the segment of decoded columns; `check` has still to be run.

    Raises:
        FeedError: A table is not there with all its columns, or a term means nothing.
    """
    found = {}
    for kind, shape in layout.SHAPES.items():
        own = {field: parts.get(f"{kind}.{field}") for field in shape.fields}
        if all(values is not None for values in own.values()):
            found[kind] = shape.make(**own)
        elif any(values is not None for values in own.values()):
            raise invalid(f"{kind} lacks a column")
    removed = {kind: parts[name] for kind, name in layout.REMOVED.items() if name in parts}
    tables: Tables = layout.tables(_terms(parts), found, parts.get(layout.SCOPES))
    return Segment(tables, layout.removals(removed))


def _terms(parts: "dict[str, Column]") -> tuple[Term, ...]:
    own = [parts[name].tolist() for name in layout.TERMS if name in parts]
    if len(own) not in {0, len(layout.TERMS)} or len({len(values) for values in own}) > 1:
        raise invalid("term lacks a column")
    if own and max(own[2]) >= len(EFFECTS):
        raise invalid("a term's effect is out of range")
    return tuple(
        Term(added, until, EFFECTS[effect]) for added, until, effect in zip(*own, strict=True)
    )


def _opened(data: bytes) -> tuple[_Header, memoryview]:
    """Return the checked header and the columns' frames."""
    if len(data) < _START.size or len(data) > MAX_FILE:
        raise invalid("the file is too short or too long")
    magic, version, length = _START.unpack_from(data)
    if magic != MAGIC or version != FORMAT:
        raise invalid("the file is not a segment of a known format")
    if length > min(MAX_HEADER, len(data) - _START.size):
        raise invalid("the header is too long")
    spelled = data[_START.size : _START.size + length]
    try:
        header = _Header.model_validate_json(spelled)
    except ValidationError:
        raise invalid("the header is not of its form") from None
    if spelled != _spell((one.name, one.type, one.count, one.bytes) for one in header.columns):
        raise invalid("the header is not spelled in the one way")
    body = memoryview(data)[_START.size + length :]
    _declared(header, len(body))
    return header, body


def _declared(header: _Header, size: int) -> None:
    """Refuse columns that are unknown, out of order, or of other sizes than they can be."""
    names = [column.name for column in header.columns]
    if names != [name for name in layout.ORDER if name in set(names)]:
        raise invalid("columns are unknown, double or out of order")
    if any(column.type != layout.ORDER[column.name] for column in header.columns):
        raise invalid("a column's type is not the one of its name")
    if any(column.name in layout.TERMS and column.count > MAX_TERMS for column in header.columns):
        raise invalid("too many terms")
    if sum(column.bytes for column in header.columns) != size:
        raise invalid("columns do not end where the file ends")
    if sum(column.count * WIDTH[layout.ORDER[column.name]] for column in header.columns) > MAX_RAW:
        raise invalid("columns are too large")


def _spell(columns: Iterable[tuple[str, str, int, int]]) -> bytes:
    """Return the one spelling of a header: no blanks, fields in this order."""
    fields = ("name", "type", "count", "bytes")
    listed = [dict(zip(fields, column, strict=True)) for column in columns]
    return json.dumps({"columns": listed}, separators=(",", ":")).encode()


def _too_large() -> FeedError:
    return FeedError(
        "This is more than one part of a list can hold ({limit} MiB); make several parts.",
        limit=MAX_FILE >> 20,
    )
