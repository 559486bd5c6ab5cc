"""What a list holds, counted and digested: how writer and reader see that they mean the same.

Rules:
- The digest covers entries and their terms; not how segments were cut, not how terms are numbered,
  not the scopes (a gate that may hold more than it must).
- It is SHA-256 over the columns as they are in memory, so 10 M entries take a tenth of a second.

Weakness: it is a checksum against mistakes of programs. What makes a list trusted is TUF.
"""

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from garim_feed.kinds import EFFECTS, Kind
from garim_feed.tables import Removals, Tables
from garim_feed.wire import layout, terms

if TYPE_CHECKING:
    from garim_feed.wire.columns import Column

_START = b"garim-content-1\0"


def counts(tables: Tables) -> dict[str, int]:
    """Return the number of entries of each kind that has any."""
    found = {kind: layout.table(tables, kind) for kind in layout.SHAPES}
    return {
        kind.value: len(layout.key(one, kind)) for kind, one in found.items() if one is not None
    }


def count_removals(removals: Removals) -> int:
    """Return how many entries are taken away."""
    return sum(len(keys) for kind in Kind if (keys := layout.removed(removals, kind)) is not None)


def content_digest(tables: Tables) -> str:
    """Return the SHA-256 of what tables hold, as 64 hex digits.

    Raises:
        FeedError: More distinct terms than a list can have.
    """
    tables = terms.normal(tables)
    digest = hashlib.sha256(_START)
    listed = [(term.added, term.expires, EFFECTS.index(term.effect)) for term in tables.terms]
    _add(digest, "terms", np.array(listed, np.uint16).reshape(-1, 3))
    for name, values in layout.columns(tables):
        _add(digest, name, values)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", name: str, values: "Column") -> None:
    digest.update(name.encode() + b"\0" + len(values).to_bytes(8, "little"))
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    digest.update(little.reshape(-1).view(np.uint8).data)
