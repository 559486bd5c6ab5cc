"""The event log's reading side: for `garim log`, `garim why` and the dashboard, in any process.

Rules:
- Read-only: a look never makes, changes or heals a log; no log yet is an empty log.
- A damaged row is left out, a damaged file is a clear error.
- The newest event comes first.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from garim_addon.decide.action import Action
from garim_addon.exchange import Direction
from garim_addon.private_files import PrivateFileError
from garim_addon.record import ident, keys
from garim_addon.record.entry import Entry
from garim_addon.record.store import COLUMNS, FILE
from garim_addon.verdict import Outcome


class EventLogError(Exception):
    """The event log cannot be read.

    Attributes:
        template: English sentence with `str.format` fields; the message id of its translation.
        params: The fields' values.
    """

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.params = params


class EventReader:
    """Looks into the event log of a folder. Every method raises `EventLogError` if it cannot."""

    def __init__(self, folder: Path) -> None:
        """Take the log's folder; it need not exist."""
        self._folder = folder

    def by_id(self, text: str, limit: int = 20) -> list[Entry]:
        """Return events whose placeholder showed this id, as a person typed it."""
        word = ident.typed(text)
        return self._select("ident = ?", [word], limit) if word else []

    def by_address(self, address: str, limit: int = 20) -> list[Entry]:
        """Return events of an address; works also when only digests are kept."""
        found = self._keys()
        return self._select("address_digest = ?", [found.address(address)], limit) if found else []

    def by_content(self, sha256: str, limit: int = 20) -> list[Entry]:
        """Return events of a content, by its SHA-256 in hex."""
        found = self._keys()
        return self._select("content_digest = ?", [found.content(sha256)], limit) if found else []

    def recent(
        self,
        limit: int = 50,
        *,
        outcome: Outcome | None = None,
        action: Action | None = None,
        direction: Direction | None = None,
        host: str = "",
        since: float = 0.0,
    ) -> list[Entry]:
        """Return the newest events that fit all given filters.

        Args:
            limit: How many at most.
            outcome: Only with this outcome.
            action: Only with this action.
            direction: Only in this direction.
            host: Only of this very host.
            since: Only from this time on, in seconds since the epoch.
        """
        where, values = ["time >= ?"], [since]
        wanted: dict[str, str | None] = {
            "outcome": outcome,
            "action": action,
            "direction": direction,
        }
        if host:
            found = self._keys()
            wanted["host_digest"] = found.host(host) if found else "-"
        given = {name: value for name, value in wanted.items() if value is not None}
        where += [f"{name} = ?" for name in given]
        return self._select(" AND ".join(where), [*values, *given.values()], limit)

    def _keys(self) -> keys.Keys | None:
        try:
            return keys.stored(self._folder)
        except (OSError, PrivateFileError) as error:
            raise EventLogError(
                "The event log's key cannot be read: {detail}", detail=error
            ) from None

    def _select(self, where: str, values: list[str | float], limit: int) -> list[Entry]:
        path = self._folder / FILE
        if not path.exists():
            return []
        query = (
            f"SELECT {', '.join(COLUMNS)}, body FROM event WHERE {where} "  # noqa: S608 - ours
            "ORDER BY time DESC, id DESC LIMIT ?"
        )
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=2.0)) as connection:
                connection.row_factory = sqlite3.Row
                return list(_entries(connection.execute(query, [*values, limit])))
        except sqlite3.Error as error:
            raise EventLogError(
                "The event log {path} cannot be read: {detail}", path=path, detail=error
            ) from None


def _entries(rows: sqlite3.Cursor) -> Iterator[Entry]:
    for row in rows:
        try:
            yield Entry.from_json(dict(row), row["body"])
        except ValueError:
            continue
