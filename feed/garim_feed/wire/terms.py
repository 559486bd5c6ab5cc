"""Terms: which are used, in which order, and columns under another numbering.

Rules:
- The normal form of tables has exactly the terms that its entries use, each once, by day added,
  day of expiry and effect (`block`, `allow`, `negative`): equal content is then equal columns.
- A list has at most `kinds.MAX_TERMS` distinct terms.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from garim_feed.errors import FeedError
from garim_feed.kinds import EFFECTS, MAX_TERMS, Kind, Term
from garim_feed.tables import Tables
from garim_feed.wire import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Flags = NDArray[np.bool_]

CHUNK = 1 << 20
"""Entries handled at a time, so that what numpy makes on the way stays small."""


def chunks(count: int) -> "Iterable[slice]":
    """Return slices that cover so many entries, `CHUNK` at a time."""
    return (slice(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK))


def used(terms: "NDArray[np.uint16]", count: int) -> "Flags":
    """Return which of `count` terms a column uses; every index must be below `count`."""
    flags = np.zeros(count, np.bool_)
    for part in chunks(len(terms)):
        flags[terms[part]] = True
    return flags


def renumbered(terms: "NDArray[np.uint16]", to: "NDArray[np.uint16]") -> "NDArray[np.uint16]":
    """Return a column of terms with each index replaced by `to[index]`."""
    if np.array_equal(to, np.arange(len(to))):
        return terms
    out = np.empty(len(terms), np.uint16)
    for part in chunks(len(terms)):
        out[part] = to[terms[part]]
    return out


def ordered(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the distinct terms in their normal order.

    Raises:
        FeedError: There are more than a list can hold.
    """
    distinct = sorted(set(terms), key=_rank)
    if len(distinct) > MAX_TERMS:
        raise FeedError(
            "A list cannot have more than {limit} different dates of entry and expiry; "
            "give entries the same dates.",
            limit=MAX_TERMS,
        )
    return tuple(distinct)


def numbering(terms: tuple[Term, ...], among: tuple[Term, ...]) -> "NDArray[np.uint16]":
    """Return each term's index in another tuple; 0 where it is not there (an unused one)."""
    index = {term: number for number, term in enumerate(among)}
    return np.array([index.get(term, 0) for term in terms], np.uint16)


def normal(tables: Tables) -> Tables:
    """Return the same entries with terms in normal form.

    Raises:
        FeedError: Too many distinct terms.
    """
    flags = np.zeros(len(tables.terms), np.bool_)
    found = {kind: one for kind in Kind if (one := layout.table(tables, kind)) is not None}
    for one in found.values():
        flags |= used(one.terms, len(flags))
    terms = ordered(term for term, flag in zip(tables.terms, flags, strict=True) if flag)
    if terms == tables.terms:
        return tables
    to = numbering(tables.terms, terms)
    moved = {kind: replace(one, terms=renumbered(one.terms, to)) for kind, one in found.items()}
    return layout.tables(terms, moved, tables.scopes)


def _rank(term: Term) -> tuple[int, int, int]:
    return term.added, term.expires, EFFECTS.index(term.effect)
