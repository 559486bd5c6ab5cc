"""Where things stand in the lists folder; names that become paths are checked here.

Rules:
- Nothing but names that `feed_name` accepts ever becomes part of a path.
- Light: whoever only asks whether there are feeds imports no TUF, no network, no numpy.

    ROOT/feeds/<name>/feed.json       what the administrator said of the feed (`config.FeedConfig`)
    ROOT/feeds/<name>/root.json       the root file of the first trust
    ROOT/feeds/<name>/metadata/       verified TUF metadata, as `tuf.ngclient` keeps it
    ROOT/feeds/<name>/segments/       <sha256>.seg, and <sha256>.part while they come
    ROOT/feeds/<name>/documents/      <sha256>.json: feed description, catalogues, revocations
    ROOT/feeds/<name>/accepted/       policy.toml and models/ of a school's own feed
    ROOT/feeds/<name>/polled.json     what the last whole look saw (`record.Polled`)
    ROOT/feeds/<name>/offered.json    the lists that passed all checks (`record.Offer`)
    ROOT/feeds/<name>/status.json     what people are told (`status.FeedStatus`)
    ROOT/without-shipped              there: the list that the package ships does not count
    ROOT/locks/                       one-writer locks
    ROOT/current, ROOT/generations/   the indexes in force (`garim_feed.lookup.generations`)
    ROOT/built.json                   what the last build made of all feeds (`built.Built`)
"""

import re
from dataclasses import dataclass
from pathlib import Path

from garim_feed.errors import FeedError

BUILTIN = "builtin"
"""The name under which the shipped list is in force: no feed has it."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def feed_name(name: str) -> str:
    """Return `name` if a feed may be called so on this machine.

    Raises:
        FeedError: When it is not 1..32 of a-z, 0-9 and `-`, starting with a letter or digit, or
            the shipped list's.
    """
    if not _NAME.fullmatch(name) or name == BUILTIN:
        raise FeedError(
            "{name} cannot name a feed; use up to 32 small letters, digits and hyphens.",
            name=repr(name[:40]),
        )
    return name


@dataclass(frozen=True, slots=True)
class FeedFolder:
    """The folder of one feed.

    Attributes:
        path: `ROOT/feeds/<name>`.
    """

    path: Path

    @property
    def name(self) -> str:
        """The feed's name on this machine."""
        return self.path.name

    @property
    def config(self) -> Path:
        """What the administrator said of the feed."""
        return self.path / "feed.json"

    @property
    def root(self) -> Path:
        """The root file of the first trust."""
        return self.path / "root.json"

    @property
    def metadata(self) -> Path:
        """Verified TUF metadata."""
        return self.path / "metadata"

    @property
    def segments(self) -> Path:
        """Segments by SHA-256."""
        return self.path / "segments"

    @property
    def documents(self) -> Path:
        """Feed description, catalogues and revocations by SHA-256."""
        return self.path / "documents"

    @property
    def accepted(self) -> Path:
        """Policy and models that a checker accepted."""
        return self.path / "accepted"

    @property
    def polled(self) -> Path:
        """What the last whole look saw."""
        return self.path / "polled.json"

    @property
    def offered(self) -> Path:
        """The lists that passed all checks."""
        return self.path / "offered.json"

    @property
    def status(self) -> Path:
        """What people are told of the feed."""
        return self.path / "status.json"


def feeds_folder(root: Path) -> Path:
    """Return the folder that holds all feeds."""
    return root / "feeds"


def feed_folder(root: Path, name: str) -> FeedFolder:
    """Return the folder of one feed (which need not be there).

    Raises:
        FeedError: When nothing may have that name.
    """
    return FeedFolder(feeds_folder(root) / feed_name(name))


def feed_folders(root: Path) -> tuple[FeedFolder, ...]:
    """Return the folders of all feeds that were added, by name."""
    found = (FeedFolder(path.parent) for path in feeds_folder(root).glob("*/feed.json"))
    return tuple(
        sorted((f for f in found if _NAME.fullmatch(f.name)), key=lambda folder: folder.name)
    )


def feed_lock(root: Path, name: str) -> Path:
    """Return the lock file of a feed."""
    return root / "locks" / f"feed-{feed_name(name)}.lock"


def build_lock(root: Path) -> Path:
    """Return the lock file of whoever builds and swaps."""
    return root / "locks" / "build.lock"


def watch_lock(root: Path) -> Path:
    """Return the lock file that the watch holds as long as it runs; its process id is in it."""
    return root / "locks" / "watch.lock"


def without_shipped(root: Path) -> Path:
    """Return the file whose presence says that the shipped list does not count."""
    return root / "without-shipped"
