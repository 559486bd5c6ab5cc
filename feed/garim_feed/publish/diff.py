"""What changed on a list between two of its versions.

Rules:
- Versions are those that were published, 1 and up; `None` is the workspace: approved, not
  published.
- It is told with plain subjects, since it is for the administrators' eyes.
"""

from collections.abc import Iterator

from garim_feed.errors import FeedError
from garim_feed.kinds import entry_id
from garim_feed.publish.lines import item_of
from garim_feed.publish.lists import list_info
from garim_feed.publish.reviewing import Action, Change
from garim_feed.publish.schema import KINDS, restored
from garim_feed.publish.workspace import Workspace

_STEPS = """
SELECT kind, key, older, newer, version FROM history
WHERE list = :list AND version > :older AND version <= :newer
UNION ALL
SELECT p.kind, p.key, p.published, coalesce(e.line, 0), :last + 1 FROM pending p
LEFT JOIN entry e ON e.list = p.list AND e.kind = p.kind AND e.key = p.key
WHERE p.list = :list AND :workspace
"""
_NET = f"""
SELECT o.kind, o.key, o.older, n.newer FROM
    (SELECT kind, key, older, min(version) FROM ({_STEPS}) GROUP BY kind, key) AS o
JOIN
    (SELECT kind, key, newer, max(version) FROM ({_STEPS}) GROUP BY kind, key) AS n
USING (kind, key)
WHERE o.older <> n.newer ORDER BY o.kind, o.key
"""  # noqa: S608 - both parts are this module's own


def diff(workspace: Workspace, name: str, older: int, newer: int | None = None) -> Iterator[Change]:
    """Return the changes that lead from one version of a list to a later one.

    Args:
        workspace: The workspace.
        name: The list.
        older: A published version, 1 and up.
        newer: A later published version, or `None` for what is approved now.

    Raises:
        FeedError: No such list, or no such version.
    """
    info = list_info(workspace, name)
    last = info.version
    if not 1 <= older <= last or not (newer is None or older <= newer <= last):
        raise FeedError(
            "{list} has versions 1 to {last}, and the older one comes first.", list=name, last=last
        )
    facts = {
        "list": info.number,
        "older": older,
        "newer": last if newer is None else newer,
        "last": last,
        "workspace": newer is None,
    }
    return _changes(workspace, facts)


def _changes(workspace: Workspace, facts: dict[str, int]) -> Iterator[Change]:
    for kind, key, before, after in workspace.store.execute(_NET, facts):
        action = Action.CHANGE if before and after else Action.ADD if after else Action.REMOVE
        row = workspace.row("SELECT * FROM said WHERE id = ?", after or before)
        yield Change(action, entry_id(KINDS[kind], restored(key)), item_of(row))
