"""What a look leaves on disk: which lists to build, and what the next look may skip.

Rules:
- `offered.json` holds lists whose every file is on disk and verified; it is what indexes are built
  from, and outlives restarts.
- `polled.json` tells of the last look in which nothing was missing. When something was missing
  since, when what it trusted has run out, or when `offered.json` is not the one it knew, the next
  look asks for everything again (not for files that are here).
- A file that cannot be read counts as not there for a look, which mends it; nothing is built from
  an offer that cannot be read.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.errors import FeedError
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
        timestamp: SHA-256 of the timestamp that was answered; `""` if something was missing since.
        etag: Its validator, or `""`.
        modified: The same as a date, or `""`.
        until: When the first thing that was trusted runs out.
        published: From when its age is counted (`freshness.published_at`).
        newest: The newest date that a signature covers: a floor for the clock.
        seen: When this timestamp was first seen (this machine's clock).
        looked: When it was (this machine's clock).
        versions: Versions of the TUF roles.
        offer: SHA-256 of the offer that it left.
    """

    timestamp: str
    etag: str = ""
    modified: str = ""
    until: datetime
    published: datetime
    newest: datetime | None = None
    seen: datetime
    looked: datetime
    versions: Mapping[str, int] = {}
    offer: str = ""

    def rests(self, now: datetime, offer: str) -> bool:
        """Whether it is enough to ask if the timestamp changed.

        Args:
            now: The time.
            offer: SHA-256 of the offer that is here (`digest_of_offer`).
        """
        recent = timedelta() <= now - self.looked < WHOLE_EVERY
        return bool(self.timestamp) and offer == self.offer and recent and now < self.until


def read_offer(folder: FeedFolder) -> Offer:
    """Return what a feed has, an empty offer if nothing was fetched yet."""
    return _read(Offer, folder.offered) or Offer()


def read_sound_offer(folder: FeedFolder) -> Offer:
    """Return what a feed has, to build from.

    Raises:
        FeedError: When it cannot be read: rather nothing changes than lists are lost.
    """
    found = _read(Offer, folder.offered)
    if found is None and folder.offered.exists():
        raise FeedError(
            "What was fetched of the feed {feed} is damaged; it is fetched again. What is in force "
            "stays.",
            feed=folder.name,
        )
    return found or Offer()


def digest_of_offer(folder: FeedFolder) -> str:
    """Return the SHA-256 of a feed's offer, `""` if there is none."""
    try:
        return hashlib.sha256(folder.offered.read_bytes()).hexdigest()
    except OSError:
        return ""


def not_whole(folder: FeedFolder) -> None:
    """Note that something is missing: the next look asks for everything.

    Raises:
        OSError: When it cannot be written.
    """
    polled = read_polled(folder)
    if polled is not None and polled.timestamp:
        write(folder.polled, polled.model_copy(update={"timestamp": ""}))


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
