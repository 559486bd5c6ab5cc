"""Approved changes take hold of the list in the store.

Rules:
- Entries that are added or changed get the day of approval as their date.
- Whatever differs from the published or staged version from now on is noted in `pending`, so that
  a publish looks at the changes alone.
"""

from garim_feed.kinds import day_number
from garim_feed.publish.comparing import OUTCOMES
from garim_feed.publish.lists import ListInfo, lists
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.workspace import Workspace

_PENDING = """
INSERT OR IGNORE INTO pending
SELECT :list, kind, key, iif(:published, held, 0), iif(:staged, held, NULL)
FROM temp.latest WHERE outcome <> :same
"""
_TERMS = """
INSERT OR IGNORE INTO term (added, expires, effect)
SELECT DISTINCT :today, expires, effect FROM temp.latest WHERE outcome IN (:added, :changed)
"""
_REMOVE = """
DELETE FROM entry WHERE list = :list AND (kind, key) IN
    (SELECT kind, key FROM temp.latest WHERE outcome = :removed)
"""
_PUT = """
INSERT OR REPLACE INTO entry
SELECT :list, n.kind, n.key, n.line, t.id, n.scope FROM temp.latest AS n
CROSS JOIN term AS t
    ON t.added = :today AND t.expires = n.expires AND t.effect = n.effect
WHERE n.outcome IN (:added, :changed) ORDER BY n.kind, n.key
"""
_OVER_TERMS = "SELECT 1 FROM term WHERE expires BETWEEN 1 AND :today"
_OVER_PENDING = """
INSERT OR IGNORE INTO pending
SELECT list, kind, key, iif(:published, line, 0), iif(:staged, line, NULL) FROM entry
WHERE list = :list AND term IN (SELECT id FROM term WHERE expires BETWEEN 1 AND :today)
"""
_OVER = """
DELETE FROM entry
WHERE list = :list AND term IN (SELECT id FROM term WHERE expires BETWEEN 1 AND :today)
"""


def apply(workspace: Workspace, info: ListInfo, progress: Progress) -> None:
    """Apply what `comparing.compare` found; part of the same transaction."""
    steps = [_TERMS, _REMOVE, _PUT]
    if _travels(info):
        steps.insert(0, _PENDING)
    facts = {**_facts(workspace, info), **OUTCOMES}
    with workspace.changing() as store, workspace.watched(Step.APPLY, progress):
        for step in steps:
            store.execute(step, facts)


def drop_expired(workspace: Workspace) -> None:
    """Take entries whose last day has come off all lists. Part of a transaction."""
    over = {"today": day_number(workspace.today())}
    with workspace.changing() as store:
        if not store.execute(_OVER_TERMS, over).fetchone():
            return
        for info in lists(workspace):
            facts = _facts(workspace, info)
            if _travels(info):
                store.execute(_OVER_PENDING, facts)
            store.execute(_OVER, facts)
        store.execute("DELETE FROM term WHERE expires BETWEEN 1 AND :today", over)


def _travels(info: ListInfo) -> bool:
    return info.published is not None or info.staged is not None


def _facts(workspace: Workspace, info: ListInfo) -> dict[str, int]:
    return {
        "list": info.number,
        "today": day_number(workspace.today()),
        "published": info.published is not None,
        "staged": info.staged is not None,
    }
