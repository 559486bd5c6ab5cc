"""The fast lane: one person takes an entry out of force, at once.

Rules:
- It can only take away: the `-revoke` role signs a file of entry ids, at most 10,000.
- One signature is enough; what it took away is folded into ordinary removals (two signatures) at the
  next full publish, and whoever wants it back proposes it again.
- A staged publish stays valid beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Signer

from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Revoked:
    """One revocation in force.

    Attributes:
        list: The list.
        entry: The entry's id.
        at: When.
        by: Who.
        reason: Why.
    """

    list: str
    entry: str
    at: datetime
    by: str
    reason: str


def revoke_now(
    workspace: Workspace,
    who: str,
    name: str,
    entries: Sequence[str],
    *,
    reason: str,
    signer: Signer,
    folder: Path,
    progress: Progress = silent,
) -> None:
    """Take entries of a list out of force and publish that at once.

    Args:
        workspace: The workspace.
        who: One of the authority's people.
        name: The list.
        entries: Ids, as `garim why`, the page or `entries.entry_of` say them.
        reason: Why.
        signer: That person's key.
        folder: Where the feed is published.
        progress: Told how far it is.

    Raises:
        FeedError: Not one of the people, not their key, no such entry, too many, nothing published yet.
    """
    raise NotImplementedError


def revocations(workspace: Workspace) -> list[Revoked]:
    """Return the revocations in force, oldest first."""
    raise NotImplementedError
