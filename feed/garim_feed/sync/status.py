"""What is known of each feed, for the command line, the metrics and the log.

Rules:
- Written whole or not at all, by the one that fetches; read by anybody at any time.
- Reading needs no TUF, no network and no numpy, and never fails: a status that cannot be read is a
  feed of which nothing is known yet.
- Sentences are stored as template and values: whoever shows them translates them.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.errors import FeedError
from garim_feed.sync.freshness import Freshness, freshness
from garim_feed.sync.layout import FeedFolder, feed_folders


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Problem(_Value):
    """One sentence for people.

    Attributes:
        template: English sentence with `{name}` fields; also the translation's id.
        params: Values of the fields.
        list: The list that it is about, or `""`: the feed.
    """

    template: str
    params: Mapping[str, str | int | float] = {}
    list: str = ""

    @classmethod
    def of(cls, error: FeedError, about: str = "") -> "Problem":
        """Return the sentence of an error."""
        params = {
            name: value if isinstance(value, str | int | float) else str(value)
            for name, value in error.params.items()
        }
        return cls(template=error.template, params=params, list=about)

    def __str__(self) -> str:
        return self.template.format(**self.params)


class ListStatus(_Value):
    """One list that is in force.

    Attributes:
        name: Its name, unique in the feed.
        authority: Slug of who keeps it.
        keeper: Their name for people.
        category: `ncii`, `illegal`, `adult`, `test`, ...
        title: Title by language (`ko`, `en`).
        version: Version that is in force.
        published: When that version was published.
        entries: Entries by kind.
        revoked: Entries that the fast lane took away.
    """

    name: str
    authority: str
    keeper: str
    category: str
    title: Mapping[str, str]
    version: int
    published: datetime
    entries: Mapping[str, int]
    revoked: int = 0


class FeedStatus(_Value):
    """One feed.

    Attributes:
        name: Its name on this machine.
        url: Where it comes from.
        fingerprint: Of the root file of the first trust, 64 hex digits.
        title: Its own title by language, once known.
        published: Signed date of the newest verified timestamp; freshness is counted from it.
        expires: Signed end of what is trusted now: after it the feed must have been renewed.
        checked: When the feed was last asked and answered rightly (this machine's clock).
        changed: When something of it last came into force (this machine's clock).
        not_before: When it may be asked again, if it said so (`Retry-After`).
        failures: Failed looks one after another.
        problem: Why the last look failed, or `None`.
        clock: Why this machine's clock seems to be wrong, or `None`.
        refused: What was refused though the feed is signed rightly; what was before stays in force.
        lists: The lists that are in force.
        versions: Versions of the TUF roles.
        received: Bytes that the last look took from the network, headers not counted.
        accepted: Names of what was accepted besides lists: `policy`, `models/<name>`.
    """

    name: str
    url: str = ""
    fingerprint: str = ""
    title: Mapping[str, str] = {}
    published: datetime | None = None
    expires: datetime | None = None
    checked: datetime | None = None
    changed: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0
    problem: Problem | None = None
    clock: Problem | None = None
    refused: tuple[Problem, ...] = ()
    lists: tuple[ListStatus, ...] = ()
    versions: Mapping[str, int] = {}
    received: int = 0
    accepted: tuple[str, ...] = ()

    def freshness(self, now: datetime) -> Freshness:
        """Return how fresh it is at a time (with its zone)."""
        return freshness(self.published, now)


def read_status(folder: FeedFolder) -> FeedStatus:
    """Return what is known of one feed; never fails."""
    try:
        status = FeedStatus.model_validate_json(folder.status.read_bytes())
    except (OSError, ValidationError):
        return FeedStatus(name=folder.name)
    return status.model_copy(update={"name": folder.name})


def read_all(root: Path) -> tuple[FeedStatus, ...]:
    """Return what is known of every feed of a lists folder, by name; never fails."""
    return tuple(read_status(folder) for folder in feed_folders(root))
