"""Lines: items as the store keeps them.

Rules:
- `allow` is for exact kinds, `negative` for pictures, `block` for all.
- Pictures and frames have a quality of `QUALITY_FLOOR` to 100: featureless ones never match.
- 0 <= tight <= wide <= `WIDE_BITS`, for pictures and videos; other kinds have none of them.
- Days are from 1970-01-02 on, for 65,535 days.
"""

import struct
from typing import Any

from garim_feed.errors import FeedError
from garim_feed.kinds import (
    EFFECTS,
    EXACT,
    QUALITY_FLOOR,
    TIGHT_BITS,
    WIDE_BITS,
    Effect,
    Kind,
    day,
    day_number,
)
from garim_feed.publish.items import Frame, Item
from garim_feed.publish.naming import DURATION, FRAME, Named, named, wrong
from garim_feed.publish.schema import EFFECT_NUMBER, KIND_NUMBER, KINDS, REMOVE, stored

INSERT = "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
MAX_NOTE = 1000
_MAX_DAY = 65_535
_TEXT = {Kind.HOST, Kind.ADDRESS}
_BOUNDED = {Kind.IMAGE, Kind.VIDEO}
_EFFECTS = {
    **{kind: {Effect.BLOCK, Effect.ALLOW} for kind in EXACT},
    Kind.IMAGE: {Effect.BLOCK, Effect.NEGATIVE},
    Kind.VIDEO: {Effect.BLOCK},
    Kind.AUDIO: {Effect.BLOCK},
}

type Line = tuple[int, int, int, int, bytes, int, int, int, int, int, int, bytes | None, str | None]


def adding(number: int, action: int, item: Item, salt: bytes) -> Line:
    """Return the line that adds or confirms an item.

    Args:
        number: The line's id.
        action: `schema.ADD` or `schema.CONFIRM`.
        item: The item.
        salt: The list's.

    Raises:
        FeedError: The item is not valid.
    """
    if item.effect not in _EFFECTS[item.kind]:
        raise FeedError(
            "{effect} is not for {kind} entries.", effect=item.effect.value, kind=item.kind.value
        )
    if len(item.note) > MAX_NOTE:
        raise FeedError("A note has at most {count} characters.", count=MAX_NOTE)
    bounds = _bounds(item) if item.kind in _BOUNDED else (0, 0, 0)
    effect, expires = EFFECT_NUMBER[item.effect], _expires(item)
    return _line(number, action, item, named(item, salt), (effect, expires, *bounds))


def removing(number: int, item: Item, salt: bytes) -> Line:
    """Return the line that takes an item away; only what names it is looked at.

    Raises:
        FeedError: The item names nothing.
    """
    return _line(number, REMOVE, item, named(item, salt), (0, 0, 0, 0, 0))


def _line(
    number: int, action: int, item: Item, name: Named, values: tuple[int, int, int, int, int]
) -> Line:
    kind, note = KIND_NUMBER[item.kind], item.note or None
    key = stored(name.key)
    return number, action, kind, key, name.subject, *values, name.scope, name.detail, note


def item_of(row: Any) -> Item:  # noqa: ANN401 - a row of view `said`
    """Return the item of a line."""
    _, number, _, subject, effect, expires, quality, tight, wide, detail, note = row
    kind = KINDS[number]
    duration = DURATION.unpack_from(detail)[0] if detail else 0
    rest = detail[DURATION.size :] if detail else b""
    bounded = kind in _BOUNDED
    return Item(
        kind,
        _shown(kind, subject),
        EFFECTS[effect],
        quality,
        tight if bounded else TIGHT_BITS,
        wide if bounded else WIDE_BITS,
        day(expires) if expires else None,
        tuple(Frame(pdq.hex(), of, time) for pdq, of, time in FRAME.iter_unpack(rest))
        if kind is Kind.VIDEO
        else (),
        duration,
        struct.unpack(f"<{len(rest) // 4}I", rest) if kind is Kind.AUDIO else (),
        note or "",
    )


def _shown(kind: Kind, subject: bytes) -> str:
    if kind in _TEXT:
        return subject.decode("ascii")
    if kind is Kind.TORRENT:
        return f"{subject[:1].decode()}:{subject[1:].hex()}"
    return subject.hex()


def _bounds(item: Item) -> tuple[int, int, int]:
    """Return an image's or video's quality, tight and wide bound."""
    seen = [frame.quality for frame in item.frames] or [item.quality]
    if min(seen) < QUALITY_FLOOR or max(seen) > 100:
        raise FeedError(
            "{subject} has a quality under {floor}: featureless pictures are never listed.",
            subject=item.subject[:64] or item.kind.value,
            floor=QUALITY_FLOOR,
        )
    if not 0 <= item.tight <= item.wide <= WIDE_BITS:
        wrong(item)
    return item.quality if item.kind is Kind.IMAGE else 0, item.tight, item.wide


def _expires(item: Item) -> int:
    if item.expires is None:
        return 0
    number = day_number(item.expires)
    if not 0 < number <= _MAX_DAY:
        raise FeedError("{day} is no day that an entry can end on.", day=item.expires)
    return number
