"""CSV of file hashes as ThreatExchange's tools and Hasher-Matcher-Actioner exchange them.

Rules:
- The first line names the columns, in any order and capitals: a type (`signal_type`, `type`,
  `indicator_type`) and a hash (`hash`, `indicator`, `signal`, `value`); if known, `quality`,
  `tight`, `wide`, `effect`, `status`, `expires`, `duration`, `note` or `description`. Others are
  not read. A first line that already starts with a type stands for `type,hash,quality`.
- Types: PDQ, MD5, SHA-1, SHA-256 and vPDQ under ThreatExchange's names for them. Other types (TMK,
  text, trends, addresses) are bad rows.
- A picture without quality has the lowest that counts, so that no match of it stands alone.
- `status` NON_MALICIOUS is a bad row: someone's doubt about an entry is not an entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from garim_feed.convert import csv_line, expiry
from garim_feed.convert.rows import BadRow, Row, Written, excerpt, lines
from garim_feed.convert.subjects import hex_digest, picture_quality
from garim_feed.convert.vpdq import MAX_MILLISECONDS, read_frames, write_frames
from garim_feed.errors import FeedError
from garim_feed.kinds import DIGESTS, TIGHT_BITS, WIDE_BITS, Effect, Kind
from garim_feed.publish.items import Item

KINDS = (Kind.IMAGE, Kind.VIDEO, Kind.MD5, Kind.SHA1, Kind.SHA256)
MAX_CSV_LINE = 8 << 20
"""Bytes of a line: a video of a day, one frame a second."""
MAX_NOTE = 1000
COLUMNS = (
    "signal_type",
    "hash",
    "quality",
    "tight",
    "wide",
    "effect",
    "expires",
    "duration",
    "note",
)
_SAME_COLUMN = {
    "type": "signal_type",
    "indicator_type": "signal_type",
    "indicator": "hash",
    "signal": "hash",
    "value": "hash",
    "description": "note",
} | {name: name for name in (*COLUMNS, "status")}
_NAMES = {
    Kind.IMAGE: ("pdq", "hash_pdq", "photo_pdq"),
    Kind.VIDEO: ("vpdq", "hash_vpdq", "video_vpdq", "hash_video_vpdq"),
    Kind.MD5: ("md5", "hash_md5", "video_md5", "hash_video_md5", "photo_md5", "hash_photo_md5"),
    Kind.SHA1: ("sha1", "hash_sha1"),
    Kind.SHA256: ("sha256", "hash_sha256"),
}
_TYPES = {name: kind for kind, names in _NAMES.items() for name in names}
_SHORT = ("signal_type", "hash", "quality")


def read(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a CSV; without column names there is one bad row and no other."""
    columns: list[str] | None = None
    for number, text in lines(stream, MAX_CSV_LINE):
        try:
            if isinstance(text, FeedError):
                raise text
            if not text.strip():
                continue
            fields = csv_line.split(text)
            if columns is None:
                columns, named = _columns(fields)
                if named:
                    continue
            item = _item(dict(zip(columns, map(str.strip, fields), strict=False)))
        except FeedError as error:
            yield BadRow(number, error)
            if columns is None:
                return
        else:
            yield item


def write(items: Iterable[Item], stream: BinaryIO) -> Written:
    """Write pictures, videos and digests, with everything that an item says."""
    stream.write(",".join(COLUMNS).encode("ascii") + b"\n")
    written = left_out = 0
    for item in items:
        if item.kind not in KINDS:
            left_out += 1
            continue
        stream.write(csv_line.join(_fields(item)).encode() + b"\n")
        written += 1
    return Written(written, left_out)


def looks_like_columns(line: str) -> bool:
    """Whether a first line is that of such a CSV."""
    try:
        return _columns(csv_line.split(line)) is not None
    except FeedError:
        return False


def _columns(fields: list[str]) -> tuple[list[str], bool]:
    names = [field.strip().lower() for field in fields]
    if names[0] in _TYPES:
        return [*_SHORT], False
    columns = [_SAME_COLUMN.get(name, "") for name in names]
    if "signal_type" not in columns or "hash" not in columns:
        raise FeedError("The first line does not name the columns signal_type and hash.")
    return columns, True


def _item(fields: Mapping[str, str]) -> Item:
    name = fields.get("signal_type", "")
    kind = _TYPES.get(name.lower().replace("-", ""))
    if kind is None:
        raise FeedError("{text} is not a type that can be listed.", text=excerpt(name))
    if fields.get("status", "").upper() == "NON_MALICIOUS":
        raise FeedError("The row is marked NON_MALICIOUS.")
    effect = _effect(kind, fields.get("effect", ""))
    value = fields.get("hash", "")
    expires = expiry.of_day(fields.get("expires", ""))
    note = fields.get("note", "")[:MAX_NOTE]
    if kind in DIGESTS:
        return Item(kind, hex_digest(kind, value), effect, expires=expires, note=note)
    tight, wide = _bounds(fields)
    if kind is Kind.IMAGE:
        subject, quality = hex_digest(kind, value), picture_quality(fields.get("quality", ""))
        return Item(kind, subject, effect, quality, tight, wide, expires, note=note)
    frames = read_frames(value)
    duration = _number(fields, "duration", frames[-1].time, MAX_MILLISECONDS)
    return Item(kind, "", effect, 0, tight, wide, expires, frames, duration, note=note)


def _effect(kind: Kind, text: str) -> Effect:
    if not text or text == Effect.BLOCK:
        return Effect.BLOCK
    if text == Effect.ALLOW and kind in DIGESTS:
        return Effect.ALLOW
    if text == Effect.NEGATIVE and kind is Kind.IMAGE:
        return Effect.NEGATIVE
    raise FeedError("A {kind} cannot have the effect {effect}.", kind=kind, effect=excerpt(text))


def _bounds(fields: Mapping[str, str]) -> tuple[int, int]:
    wide = _number(fields, "wide", WIDE_BITS, WIDE_BITS)
    tight = _number(fields, "tight", min(TIGHT_BITS, wide), wide)
    return tight, wide


def _number(fields: Mapping[str, str], name: str, unsaid: int, most: int) -> int:
    text = fields.get(name, "")
    if not text:
        return unsaid
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise FeedError(
            "{name} is {text}, not a number from 0 to {most}.",
            name=name,
            text=excerpt(text),
            most=most,
        )
    return int(text)


def _fields(item: Item) -> list[str]:
    picture = item.kind in {Kind.IMAGE, Kind.VIDEO}
    return [
        _NAMES[item.kind][0],
        write_frames(item.frames) if item.kind is Kind.VIDEO else item.subject,
        str(item.quality) if item.kind is Kind.IMAGE else "",
        str(item.tight) if picture else "",
        str(item.wide) if picture else "",
        str(item.effect),
        item.expires.isoformat() if item.expires else "",
        str(item.duration) if item.kind is Kind.VIDEO else "",
        item.note,
    ]
