"""Who did what when: a log that can be added to and nothing else.

Rules:
- Each entry holds the digest of the one before it; the store refuses to change or delete one.
- Published role metadata carries the log's head of the moment it was staged, so that a log that was
  cut short or rewritten as a whole disagrees with what people signed.
- Secrets, and plain subjects, are never in it.

Weakness: what was added after the last signed stage can be cut off by whoever can write the store.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from garim_feed.errors import FeedError
from garim_feed.publish.sealing import check_approvals
from garim_feed.publish.workspace import Workspace

_START = "0" * 64
ANCHOR = "x-garim-audit"
"""Field of role metadata that holds the log's head: `NUMBER-DIGEST`."""


@dataclass(frozen=True, slots=True)
class Record:
    """One entry.

    Attributes:
        number: 1 and up.
        at: When.
        who: Name, or `""` for a timer.
        action: What: `init`, `propose`, `approve`, `publish`, ...
        detail: The facts, as text values.
        digest: SHA-256 over this entry and the digest before it, in hex.
    """

    number: int
    at: datetime
    who: str
    action: str
    detail: dict[str, str]
    digest: str


def record(workspace: Workspace, who: str, action: str, **detail: object) -> None:
    """Add an entry; part of the transaction that does what it tells."""
    number, before = _head(workspace)
    facts = json.dumps(
        {key: str(value) for key, value in detail.items()}, ensure_ascii=False, sort_keys=True
    )
    row = (number + 1, workspace.now().isoformat(), who, action, facts)
    with workspace.changing() as store:
        store.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)", (*row, _digest(before, row)))


def head(workspace: Workspace) -> str:
    """Return the log's head as metadata carries it."""
    number, digest = _head(workspace)
    return f"{number}-{digest}"


def records(workspace: Workspace) -> Iterator[Record]:
    """Return the log, oldest first."""
    for number, at, who, action, detail, digest in workspace.store.execute(
        "SELECT number, at, who, action, detail, digest FROM audit ORDER BY number"
    ):
        yield Record(
            number, datetime.fromisoformat(at), who, action, dict(json.loads(detail)), digest
        )


def check(workspace: Workspace) -> int:
    """Check the whole log against itself and against what was published; return its length.

    That every entry of a list was approved by a second person is checked too.

    Raises:
        FeedError: Something was tampered with (says from which entry on).
    """
    before, number = _START, 0
    digests: dict[int, str] = {}
    for row in workspace.store.execute(
        "SELECT number, at, who, action, detail, digest FROM audit ORDER BY number"
    ):
        number += 1
        if row[0] != number or row[5] != _digest(before, row[:5]):
            raise FeedError("The audit log was altered at entry {number}.", number=number)
        before = digests[number] = row[5]
    for (data,) in workspace.store.execute("SELECT data FROM metadata"):
        anchor = json.loads(data)["signed"].get(ANCHOR)
        if anchor is None:
            continue
        at, _, digest = str(anchor).partition("-")
        if digests.get(int(at)) != digest:
            raise FeedError(
                "The audit log disagrees with published metadata about entry {number}.", number=at
            )
    check_approvals(workspace)
    return number


def _head(workspace: Workspace) -> tuple[int, str]:
    row = workspace.row("SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1")
    return (row[0], row[1]) if row else (0, _START)


def _digest(before: str, row: tuple[object, ...]) -> str:
    text = json.dumps([before, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
