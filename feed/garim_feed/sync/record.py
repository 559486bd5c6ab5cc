"""What a look leaves on disk: which lists to build, and what the next look may skip.

Rules:
- `offered.json` holds lists whose every file is on disk and verified; it is what indexes are built
  from, and outlives restarts.
- `polled.json` is written only after a look in which nothing was missing. Without it, or when what
  it trusted has run out, the next look asks for everything again (files that are here are not).
- A file that cannot be read counts as not there: the worst that follows is one whole look.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.lookup.match import Keeper
from garim_feed.sync import files
from garim_feed.sync.layout import FeedFolder
from garim_feed.sync.problem import Problem
from garim_feed.wire.catalogue import ListManifest

WHOLE_EVERY = timedelta(hours=1)
"""How long "nothing changed" is enough: then roots are asked for again, even if all rests."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Chosen(_Value):
    """A list that passed all checks of this room.

    Attributes:
        authority: Slug of who keeps it.
        keeper: Who that is, for people.
        manifest: What the authority says of it.
        segments: SHA-256 of its segments' files, in order.
    """

    authority: str
    keeper: Keeper
    manifest: ListManifest
    segments: tuple[str, ...]


class Offer(_Value):
    """What a feed has for this machine.

    Attributes:
        format: 1.
        title: The feed's own title by language.
        lists: Its lists.
        revoked: By authority: list and entry id of what the fast lane takes away.
        extras: SHA-256 by target path of what it carries besides lists and was accepted.
        refused: What was refused though it is signed.
    """

    format: Literal[1] = 1
    title: Mapping[str, str] = {}
    lists: tuple[Chosen, ...] = ()
    revoked: Mapping[str, tuple[tuple[str, str], ...]] = {}
    extras: Mapping[str, str] = {}
    refused: tuple[Problem, ...] = ()

    def revoked_of(self, chosen: Chosen) -> tuple[str, ...]:
        """Return the ids of a list's entries that its own authority took away."""
        named = self.revoked.get(chosen.authority, ())
        return tuple(entry for list_, entry in named if list_ == chosen.manifest.name)

    def kept(self) -> frozenset[str]:
        """Return the SHA-256 of every large file that is needed."""
        return frozenset(self.extras.values()).union(*(one.segments for one in self.lists))


class Polled(_Value):
    """What the last whole look saw.

    Attributes:
        timestamp: SHA-256 of the timestamp that was answered.
        etag: Its validator, or `""`.
        modified: The same as a date, or `""`.
        until: When the first thing that was trusted runs out.
        published: From when its age is counted (`freshness.published_at`).
        newest: The newest date that a signature covers: a floor for the clock.
        looked: When it was (this machine's clock).
        versions: Versions of the TUF roles.
    """

    timestamp: str
    etag: str = ""
    modified: str = ""
    until: datetime
    published: datetime
    newest: datetime | None = None
    looked: datetime
    versions: Mapping[str, int] = {}

    def rests(self, now: datetime) -> bool:
        """Whether it is enough to ask if the timestamp changed."""
        return now < self.until and timedelta() <= now - self.looked < WHOLE_EVERY


def read_offer(folder: FeedFolder) -> Offer:
    """Return what a feed has, an empty offer if nothing was fetched yet."""
    return _read(Offer, folder.offered) or Offer()


def read_polled(folder: FeedFolder) -> Polled | None:
    """Return what the last whole look saw."""
    return _read(Polled, folder.polled)


def write(path: Path, value: BaseModel, *, durable: bool = True) -> None:
    """Write a value whole or not at all.

    Raises:
        OSError: When it cannot be written.
    """
    files.write(path, value.model_dump_json(indent=1).encode() + b"\n", durable=durable)


def _read[T: BaseModel](make: type[T], path: Path) -> T | None:
    try:
        return make.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
