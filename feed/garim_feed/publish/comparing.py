"""A proposal's lines beside the list as it is: what would become of each entry.

Rules:
- Of several lines on one entry the last counts.
- A line that says what the list says already changes nothing: its entry keeps its date. A
  confirmation always gives the new date.
- It works in a temporary table, sorted as entries are, so memory is bounded.
"""

from garim_feed.kinds import Kind
from garim_feed.publish.lists import ListInfo
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.schema import (
    ADD,
    CONFIRM,
    KIND_NUMBER,
    REMOVE,
    first_line,
    last_line,
)
from garim_feed.publish.workspace import Workspace

ADDED, CHANGED, REMOVED, SAME = range(4)
"""What becomes of an entry (`outcome` in the temporary table `latest`)."""
OUTCOMES = {"added": ADDED, "changed": CHANGED, "removed": REMOVED, "same": SAME}
_TABLE = """
CREATE TEMP TABLE latest (
    kind INTEGER, key INTEGER, line INTEGER, effect INTEGER, expires INTEGER, scope INTEGER,
    held INTEGER, outcome INTEGER, PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
_FILL = """
INSERT INTO latest
SELECT n.kind, n.key, n.line, n.effect, n.expires, n.scope, coalesce(e.line, 0),
    CASE
        WHEN e.line IS NULL THEN iif(n.action = :add, :added, :same)
        WHEN n.action = :remove THEN :removed
        WHEN n.action = :confirm THEN :changed
        WHEN t.effect = n.effect AND t.expires = n.expires AND (o.id IS NULL OR
            (o.quality, o.tight, o.wide, o.detail) IS (n.quality, n.tight, n.wide, n.detail))
            THEN :same
        ELSE :changed
    END
FROM (
    SELECT kind, key, max(id) AS line, action, effect, expires, scope, quality, tight, wide, detail
    FROM line WHERE id BETWEEN :first AND :last GROUP BY kind, key
) AS n
LEFT JOIN entry AS e ON e.list = :list AND e.kind = n.kind AND e.key = n.key
LEFT JOIN term AS t ON t.id = e.term
LEFT JOIN line AS o ON o.id = e.line AND n.kind >= :pictures
"""


def compare(workspace: Workspace, info: ListInfo, proposal: int, progress: Progress) -> None:
    """Fill the temporary table `latest`."""
    store = workspace.store
    store.execute("DROP TABLE IF EXISTS temp.latest")
    store.execute(_TABLE)
    with workspace.watched(Step.REVIEW, progress):
        store.execute(
            _FILL,
            {
                "list": info.number,
                "first": first_line(proposal),
                "last": last_line(proposal),
                "add": ADD,
                "remove": REMOVE,
                "confirm": CONFIRM,
                "pictures": KIND_NUMBER[Kind.IMAGE],
                **OUTCOMES,
            },
        )


def done(workspace: Workspace) -> None:
    """Drop the temporary table."""
    workspace.store.execute("DROP TABLE IF EXISTS temp.latest")
