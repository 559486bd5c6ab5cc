"""From an item to its entry and back.

Rules:
- Every value of an item is checked here, whoever made it: nothing else gets into the store.
- The entry's key is the keyed digest that travels; the item stays in the store.
"""

from collections.abc import Iterator

from garim_feed.publish.items import Item
from garim_feed.publish.workspace import Workspace


def entry_of(item: Item, salt: bytes) -> str:
    """Return the id that an item's entry has on a list.

    Raises:
        FeedError: The item is not valid.
    """
    raise NotImplementedError


def find(workspace: Workspace, name: str, entry: str) -> Item | None:
    """Return the item behind an entry id of a list, or `None`."""
    raise NotImplementedError


def items(workspace: Workspace, name: str) -> Iterator[Item]:
    """Return all approved items of a list, in the order in which they were added (for exports).

    Raises:
        FeedError: No such list.
    """
    raise NotImplementedError
