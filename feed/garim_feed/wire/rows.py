"""Some rows of a table, and two tables as one, with the frames and points that belong to rows.

Rules:
- Order is kept, so what comes out is sorted if what went in was.
- One column at a time, so what is taken beside the result is one column and a flag a row.
"""

from typing import TYPE_CHECKING

import numpy as np

from garim_feed.wire import layout, sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from garim_feed.kinds import Kind
    from garim_feed.wire.columns import Column
    from garim_feed.wire.layout import Table
    from garim_feed.wire.terms import Flags


def select(kind: "Kind", table: "Table", flags: "Flags") -> "Table":
    """Return the rows of a table whose flag is set."""
    shape = layout.SHAPES[kind]
    fields: dict[str, Column] = {field: getattr(table, field)[flags] for field in shape.rows}
    if shape.parts:
        spread = np.repeat(flags, counts(table))
        fields.update({field: getattr(table, field)[spread] for field in shape.parts})
    chosen: Table = shape.make(**fields)
    return chosen


def span(kind: "Kind", table: "Table", start: int, stop: int) -> "Table":
    """Return the rows from `start` up to `stop`, as views."""
    shape = layout.SHAPES[kind]
    fields: dict[str, Column] = {field: getattr(table, field)[start:stop] for field in shape.rows}
    if shape.parts:
        first = int(counts(table)[:start].sum(dtype=np.int64))
        last = first + int(counts(table)[start:stop].sum(dtype=np.int64))
        fields.update({field: getattr(table, field)[first:last] for field in shape.parts})
    part: Table = shape.make(**fields)
    return part


def union(kind: "Kind", older: "Table | None", newer: "Table | None") -> "Table | None":
    """Return both tables as one; they must have no key in common."""
    if older is None or newer is None:
        return newer if older is None else older
    shape = layout.SHAPES[kind]
    flags = sets.joint(layout.key(older, kind), layout.key(newer, kind))
    fields: dict[str, Column] = {}
    for field in shape.rows:
        fields[field] = sets.interleaved(getattr(older, field), getattr(newer, field), flags)
    if shape.parts:
        spread = np.repeat(flags, fields["counts"])
        for field in shape.parts:
            fields[field] = sets.interleaved(getattr(older, field), getattr(newer, field), spread)
    both: Table = shape.make(**fields)
    return both


def counts(table: "Table") -> "NDArray[np.uint32]":
    """Return how many frames or points each row of a table with such has."""
    found: NDArray[np.uint32] = getattr(table, "counts")  # noqa: B009 - not every table has it
    return found
