"""What fits on a card of a given size: which lines, how large, where. Pure arithmetic.

Rules:
- Fullest first: mark, reason and id stacked; the reason broken at a space; all in one row for
  banners; then fewer words; at last none.
- Nothing is written that cannot be read: below `LEGIBLE` pixels a layout is not taken.
- A picture whose longer side is below 64 pixels stays plain.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

MARK = "가림"
PLAIN_BELOW = 64
LEGIBLE = 10.5
"""Smallest size of mark and reason in pixels per em (Hangul needs more than Latin)."""
LEGIBLE_IDENT = 9.0
PREFERRED = 0.13
"""Size of the mark as a share of the shorter side, where there is room."""

type Measure = Callable[[str], float]


class Role(IntEnum):
    """What a piece of text is; it decides size and ink."""

    MARK = 0
    WORD = 1
    IDENT = 2


SIZE = {Role.MARK: 1.0, Role.WORD: 0.56, Role.IDENT: 0.46}
LEADING = {Role.MARK: 1.28, Role.WORD: 1.36, Role.IDENT: 1.4}
GAP = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to draw: centre-left anchor in pixels, size in pixels per em."""

    text: str
    role: Role
    x: float
    y: float
    size: int


type Row = tuple[tuple[str, Role], ...]


def arrange(width: int, height: int, word: str, ident: str, measure: Measure) -> tuple[Piece, ...]:
    """Place the texts of a card.

    Args:
        width: Width of the card in pixels.
        height: Height of the card in pixels.
        word: The reason.
        ident: The short id.
        measure: Returns the width of a text in em.

    Returns:
        The pieces to draw; empty for a plain card.
    """
    if max(width, height) < PLAIN_BELOW:
        return ()
    margin = max(3.0, 0.05 * min(width, height))
    for rows in _candidates(word, ident):
        scale = _fit(rows, width - 2 * margin, height - 2 * margin, measure)
        least = _least(rows)
        if scale >= least:
            return _place(rows, min(scale, max(least, PREFERRED * min(width, height))),
                          width, height, measure)  # fmt: skip
    return ()


def _candidates(word: str, ident: str) -> Iterator[tuple[Row, ...]]:
    mark: Row = ((MARK, Role.MARK),)
    reason: Row = ((word, Role.WORD),) if word else ()
    number: Row = ((ident, Role.IDENT),) if ident else ()
    broken: tuple[Row, ...] = tuple(((part, Role.WORD),) for part in word.split())
    stacks: list[tuple[Row, ...]] = [
        (mark, reason, number),
        (mark, *broken, number),
        (mark + reason + number,),
        (mark + reason, number),
        (mark, reason),
        (mark, *broken),
        (mark + reason,),
        (mark,),
    ]
    for stack in stacks:
        yield tuple(row for row in stack if row)


def _row_width(row: Row, measure: Measure) -> float:
    return sum(measure(text) * SIZE[role] for text, role in row) + GAP * (len(row) - 1)


def _row_height(row: Row) -> float:
    return max(SIZE[role] * LEADING[role] for _, role in row)


def _fit(rows: tuple[Row, ...], width: float, height: float, measure: Measure) -> float:
    widest = max(_row_width(row, measure) for row in rows)
    return min(width / widest, height / sum(map(_row_height, rows)))


def _least(rows: tuple[Row, ...]) -> float:
    roles = {role for row in rows for _, role in row}
    return max((LEGIBLE_IDENT if role is Role.IDENT else LEGIBLE) / SIZE[role] for role in roles)


def _place(
    rows: tuple[Row, ...], scale: float, width: int, height: int, measure: Measure
) -> tuple[Piece, ...]:
    pieces = []
    y = (height - scale * sum(map(_row_height, rows))) / 2
    for row in rows:
        x = (width - scale * _row_width(row, measure)) / 2
        tall = scale * _row_height(row)
        for text, role in row:
            size = scale * SIZE[role]
            pieces.append(Piece(text, role, x, y + tall / 2, max(1, int(size))))
            x += size * measure(text) + scale * GAP
        y += tall
    return tuple(pieces)
