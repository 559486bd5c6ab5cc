"""Who did what when: a log that can be added to and nothing else.

Rules:
- Each entry holds the digest of the one before it; the store refuses to change or delete one.
- Published metadata carries the log's head of that moment, so that a log that was cut short or
  rewritten as a whole disagrees with what was signed.
- Secrets, and plain subjects, are never in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from garim_feed.publish.workspace import Workspace


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


def records(workspace: Workspace) -> Iterator[Record]:
    """Return the log, oldest first."""
    raise NotImplementedError


def check(workspace: Workspace) -> int:
    """Check the whole log against itself and against what was published; return its length.

    Raises:
        FeedError: It was tampered with (says from which entry on).
    """
    raise NotImplementedError
