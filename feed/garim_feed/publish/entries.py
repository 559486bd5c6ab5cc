"""From an item to its entry and back.

Rules:
- Every value of an item is checked here, whoever made it: nothing else gets into the store.
- The entry's key is the keyed digest that travels; the item stays in the store.
"""

import re
from collections.abc import Iterator

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, entry_id
from garim_feed.publish.items import Item
from garim_feed.publish.lines import item_of
from garim_feed.publish.lists import list_info
from garim_feed.publish.naming import named
from garim_feed.publish.schema import KIND_NUMBER, stored
from garim_feed.publish.workspace import Workspace

_ENTRY = re.compile(rf"({'|'.join(Kind)})-([0-9a-f]{{16}})")


def entry_of(item: Item, salt: bytes) -> str:
    """Return the id that an item's entry has on a list.

    Raises:
        FeedError: The item names nothing.
    """
    return entry_id(item.kind, named(item, salt).key)


def parse(entry: str) -> tuple[int, int]:
    """Return the kind's number and the stored key of an entry id.

    Raises:
        FeedError: It is no entry id.
    """
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise FeedError("{entry} is no entry id.", entry=ascii(entry)[1:60])
    return KIND_NUMBER[Kind(match[1])], stored(int(match[2], 16))


def find(workspace: Workspace, name: str, entry: str) -> Item | None:
    """Return the approved item behind an entry id of a list, or `None`.

    Raises:
        FeedError: No such list, or it is no entry id.
    """
    row = workspace.row(
        "SELECT s.* FROM entry e JOIN said s ON s.id = e.line"
        " WHERE e.list = ? AND e.kind = ? AND e.key = ?",
        list_info(workspace, name).number,
        *parse(entry),
    )
    return item_of(row) if row else None


def items(workspace: Workspace, name: str) -> Iterator[Item]:
    """Return all approved items of a list, in the order in which they were added (for exports).

    Raises:
        FeedError: No such list.
    """
    rows = workspace.store.execute(
        "SELECT s.* FROM said s CROSS JOIN entry e"
        " ON e.list = ? AND e.kind = s.kind AND e.key = s.key AND e.line = s.id ORDER BY s.id",
        (list_info(workspace, name).number,),
    )
    return map(item_of, rows)
