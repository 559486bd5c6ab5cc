"""What is known of each feed, for the command line, the metrics and the log.

Rules:
- Written whole or not at all, by the one that fetches; read by anybody at any time.
- Reading needs no TUF, no network and no numpy, and never fails: what cannot be read is not known.
- Which lists are in force is read from the generation in force itself.
- Sentences are stored as template and values: whoever shows them translates them.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.errors import FeedError
from garim_feed.lookup import generations
from garim_feed.lookup.generation_file import ListRecord, read_generation
from garim_feed.sync.built import Built, read_built
from garim_feed.sync.config import read_config
from garim_feed.sync.freshness import Freshness, freshness
from garim_feed.sync.layout import FeedFolder, feed_folders
from garim_feed.sync.problem import Problem


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


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
        until: When the first thing that is trusted now runs out, if it is not renewed before.
        checked: When the feed was last asked and answered rightly (this machine's clock).
        changed: When something of it last came into force (this machine's clock).
        not_before: When it may be asked again, if it said so (`Retry-After`).
        failures: Failed looks one after another.
        problem: Why the last look failed, or `None`.
        clock: Why this machine's clock seems to be wrong, or `None`.
        refused: What was refused though the feed is signed rightly; what was before stays in force.
        lists: The lists that are in force.
        versions: Versions of the top TUF roles.
        received: Bytes that the last look took from the network, headers not counted.
        accepted: What was accepted besides lists: `policy`, `models/<name>`.
    """

    name: str
    url: str = ""
    fingerprint: str = ""
    title: Mapping[str, str] = {}
    published: datetime | None = None
    until: datetime | None = None
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


def read_stored(folder: FeedFolder) -> FeedStatus:
    """Return what the last look left of one feed, lists in force not among it; never fails."""
    try:
        status = FeedStatus.model_validate_json(folder.status.read_bytes())
    except (OSError, ValidationError):
        status = FeedStatus(name=folder.name)
    config = read_config(folder)
    said = {"url": config.url, "fingerprint": config.fingerprint} if config else {}
    return status.model_copy(update={"name": folder.name, **said})


def read_all(root: Path) -> tuple[FeedStatus, ...]:
    """Return what is known of every feed of a lists folder, by name; never fails."""
    records = in_force(root)
    built = read_built(root)
    return tuple(_whole(read_stored(folder), records, built) for folder in feed_folders(root))


def in_force(root: Path) -> tuple[ListRecord, ...]:
    """Return the lists of the generation in force; none if there is none."""
    name = generations.current(root)
    try:
        return read_generation(generations.generation_path(root, name)).lists if name else ()
    except FeedError:
        return ()


def _whole(stored: FeedStatus, records: tuple[ListRecord, ...], built: Built) -> FeedStatus:
    return stored.model_copy(
        update={
            "lists": tuple(_list(one) for one in records if one.feed == stored.name),
            "refused": stored.refused + built.refused.get(stored.name, ()),
            "changed": built.changed.get(stored.name),
            "problem": stored.problem or built.problem,
        }
    )


def _list(record: ListRecord) -> ListStatus:
    manifest = record.manifest
    return ListStatus(
        name=manifest.name,
        authority=record.authority,
        keeper=record.keeper.name,
        category=manifest.category,
        title=manifest.title.model_dump(),
        version=manifest.version,
        published=manifest.published,
        entries=manifest.entries,
        revoked=len(record.revoked),
    )
