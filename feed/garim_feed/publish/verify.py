"""What an agent sees of a published feed: every signature, every file, every count.

Rules:
- It is an agent's own client that looks, into a folder of its own that is thrown away, and an
  agent's own builder that builds what it found, the guards included.
- Whatever an agent would refuse is an error here.
"""

import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import DownloadError

from garim_feed.errors import FeedError
from garim_feed.publish.progress import Progress, Step, silent
from garim_feed.sync import record, trust
from garim_feed.sync.connect import source_of
from garim_feed.sync.explain import explain
from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.layout import FeedFolder
from garim_feed.sync.location import base_address
from garim_feed.sync.problem import Problem
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import update

_NAME = "feed"


@dataclass(frozen=True, slots=True)
class SeenList:
    """A list as an agent sees it.

    Attributes:
        name: Its name.
        authority: Who keeps it.
        version: Its version.
        entries: Entries by kind.
        segments: Segments.
        size: Their bytes.
        revoked: Revocations that are in force beside it.
    """

    name: str
    authority: str
    version: int
    entries: dict[str, int]
    segments: int
    size: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A feed as an agent sees it.

    Attributes:
        feed: Its title in English.
        root: Version of the root.
        fingerprint: Of the root file that trust started from, in hex.
        timestamp: Version of the timestamp.
        expires: When the first thing that is trusted ends, if it is not renewed.
        lists: Its lists.
    """

    feed: str
    root: int
    fingerprint: str
    timestamp: int
    expires: datetime
    lists: tuple[SeenList, ...]


def verify(where: str | Path, root: bytes | None = None, *, progress: Progress = silent) -> Seen:
    """Verify a published feed as an agent would.

    Args:
        where: URL or folder.
        root: The root file that trust starts from; `None`: the feed's own first root, which proves
            nothing about who made it, only that the feed is whole.
        progress: Told how far it is.

    Raises:
        FeedError: Something an agent would refuse.
    """
    url = base_address(str(where))
    root = _first_root(url) if root is None else root
    with tempfile.TemporaryDirectory(prefix="garim-verify-") as place:
        store = ListStore(Path(place))
        store.add(_NAME, url, root, policy=True, models=True)
        report = update(
            store,
            checker=lambda _folder: None,
            progress=lambda _feed, done, total: progress(Step.VERIFY, done, total),
        )
        (status,) = report.feeds
        for problem in (status.problem, *status.refused):
            if problem is not None:
                raise _refused(problem)
        folder = store.folder(_NAME)
        polled = record.read_polled(folder)
        if polled is None:
            raise FeedError("{url} has nothing that an agent takes.", url=url)
        return Seen(
            feed=status.title.get("en", ""),
            root=polled.versions.get("root", 0),
            fingerprint=status.fingerprint,
            timestamp=polled.versions.get("timestamp", 0),
            expires=polled.until,
            lists=_lists(folder),
        )


def _lists(folder: FeedFolder) -> tuple[SeenList, ...]:
    offer = record.read_offer(folder)
    return tuple(
        SeenList(
            name=one.manifest.name,
            authority=one.authority,
            version=one.manifest.version,
            entries=dict(one.manifest.entries),
            segments=len(one.segments),
            size=sum((folder.segments / f"{digest}.seg").stat().st_size for digest in one.segments),
            revoked=len(offer.revoked_of(one)),
        )
        for one in offer.lists
    )


def _first_root(url: str) -> bytes:
    try:
        with closing(source_of(url)) as source:
            return Fetcher(source).download_bytes("metadata/1.root.json", trust.MAX_ROOT_BYTES)
    except DownloadError as error:
        raise explain(url, error) from error


def _refused(problem: Problem) -> FeedError:
    return FeedError(problem.template, **problem.params)
