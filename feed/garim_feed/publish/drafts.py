"""What one person has gathered for one list and not proposed yet.

Rules:
- A draft is its person's own; nobody else sees it or adds to it.
- Adding is all or nothing: an item that is not valid, or an iterator that raises, leaves the draft
  as it was. Memory does not grow with the number of items.
- The last word on an entry within a draft counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from garim_feed.publish.items import Item
from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in figures.

    Attributes:
        list: The list.
        person: Whose.
        additions: Lines that add (or change, or confirm).
        removals: Lines that take away.
    """

    list: str
    person: str
    additions: int
    removals: int


def add(
    workspace: Workspace, who: str, name: str, items: Iterable[Item], *, progress: Progress = silent
) -> int:
    """Add items to a person's draft for a list; return how many.

    Raises:
        FeedError: No such list, not one of its people, or an item is not valid (says which).
    """
    raise NotImplementedError


def remove(
    workspace: Workspace, who: str, name: str, items: Iterable[Item], *, progress: Progress = silent
) -> int:
    """Draft that items go (only kind and what names them counts); return how many.

    Raises:
        FeedError: As `add`, or an item is not on the list.
    """
    raise NotImplementedError


def remove_entries(workspace: Workspace, who: str, name: str, entries: Sequence[str]) -> int:
    """Draft that entries go, by their ids; return how many.

    Raises:
        FeedError: As `remove`.
    """
    raise NotImplementedError


def confirm(workspace: Workspace, who: str, name: str, entries: Sequence[str]) -> int:
    """Draft that entries stay, with the day of approval as their new date.

    Agents that quarantined such an entry (it matched far more than expected) lift it for the new date.

    Raises:
        FeedError: As `remove`.
    """
    raise NotImplementedError


def drafts(workspace: Workspace, who: str | None = None) -> list[Draft]:
    """Return the drafts of one person, or of everyone."""
    raise NotImplementedError


def discard(workspace: Workspace, who: str, name: str) -> None:
    """Throw a draft away.

    Raises:
        FeedError: There is none.
    """
    raise NotImplementedError
