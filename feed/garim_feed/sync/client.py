"""One look at a feed: TUF's client first, then feed.json, revocations, catalogues, segments.

Rules:
- When the timestamp did not change and nothing that is trusted has run out, nothing more is asked.
- Everything that is used is signed, by the role that may sign it: TUF's client verifies, this room
  decides what is taken.
- What a look found is written before anything is built from it, and what the next look may skip is
  written last: a kill at any instant costs at most one more look.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from tuf.api.exceptions import RepositoryError
from tuf.ngclient import Updater, UpdaterConfig

from garim_feed.sync import files, record
from garim_feed.sync.authority import DOCUMENT_CAP, gather_lists, gather_revocations
from garim_feed.sync.config import FeedConfig
from garim_feed.sync.contents import Contents
from garim_feed.sync.extras import Checker, gather_extras
from garim_feed.sync.fetcher import CAPS, ROLE_CAP, Fetcher
from garim_feed.sync.freshness import published_at
from garim_feed.sync.gathering import Gathering
from garim_feed.sync.layout import FeedFolder
from garim_feed.sync.record import Polled
from garim_feed.sync.standing import Standing
from garim_feed.sync.verified import Verified
from garim_feed.wire import names
from garim_feed.wire.description import FeedDescription, read_description

MAX_DELEGATIONS = 2
_CONFIG = UpdaterConfig(
    root_max_length=CAPS["root"],
    timestamp_max_length=CAPS["timestamp"],
    snapshot_max_length=CAPS["snapshot"],
    targets_max_length=ROLE_CAP,
    max_delegations=MAX_DELEGATIONS,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found.

    Attributes:
        changed: Whether the offer is another one than before.
        broken: What stopped the look, or `None`.
    """

    changed: bool
    broken: Exception | None = None


class Client:
    """Looks at one feed; its caller holds the feed's lock.

    Args:
        folder: The feed's folder.
        config: What the administrator said of it.
        fetcher: Gets its files.
        standing: Tells what of it is in force.
        checker: Accepts or refuses policy and models.
        tell: Told bytes that have come and bytes that are wanted.
    """

    def __init__(
        self,
        folder: FeedFolder,
        config: FeedConfig,
        fetcher: Fetcher,
        *,
        standing: Callable[[], Standing],
        checker: Checker | None = None,
        tell: Callable[[int, int], None] = lambda _come, _wanted: None,
    ) -> None:
        self._folder = folder
        self._config = config
        self._fetcher = fetcher
        self._standing = standing
        self._checker = checker
        self._contents = Contents(folder, fetcher, tell)

    def look(self) -> Seen:
        """Look once, and write down what was found.

        Raises:
            RepositoryError: When the feed is not signed as it must be.
            DownloadError: When it cannot be got.
            FeedError: When its description is not valid.
            OSError: When it cannot be kept.
        """
        polled = record.read_polled(self._folder)
        offer = record.digest_of_offer(self._folder)
        rests = polled is not None and polled.rests(datetime.now(UTC), offer)
        answer = (
            self._fetcher.look(polled.etag, polled.modified)
            if polled is not None and rests
            else self._fetcher.look()
        )
        digest = hashlib.sha256(answer).hexdigest() if answer is not None else ""
        if polled is None or not rests or (answer is not None and digest != polled.timestamp):
            return self._whole_look(digest)
        if answer is not None:
            self._remember(polled)
        return Seen(changed=False)

    def _remember(self, polled: Polled) -> None:
        """Keep the validators of an answer that was sent though nothing changed."""
        new = {"etag": self._fetcher.etag, "modified": self._fetcher.modified}
        if new != {"etag": polled.etag, "modified": polled.modified}:
            record.write(self._folder.polled, polled.model_copy(update=new))

    def _whole_look(self, timestamp: str) -> Seen:
        verified = self._refresh()
        described = self._description(verified)
        before, standing = record.read_offer(self._folder), self._standing()
        look = Gathering(
            feed=self._folder.name,
            verified=verified,
            contents=self._contents,
            before=before,
            standing=standing.manifests,
            owners={one.manifest.name: one.authority for one in before.lists}
            | dict(standing.owners),
            extras=before.extras,
            ends=list(verified.ends),
        )
        for authority in described.authorities:
            look.guarded(partial(gather_revocations, look, authority))
        for authority in described.authorities:
            look.guarded(partial(gather_lists, look, authority))
        look.guarded(partial(gather_extras, look, self._config, self._folder, self._checker))
        offer = look.offer(described)
        if offer != before:
            record.write(self._folder.offered, offer)
        self._settle(look, timestamp)
        return Seen(changed=offer != before, broken=look.broken)

    def _refresh(self) -> Verified:
        """Let TUF's client verify root, timestamp, snapshot and targets."""
        metadata = files.folder(self._folder.metadata)
        updater = Updater(
            str(metadata),
            "metadata/",
            fetcher=self._fetcher,
            config=_CONFIG,
            bootstrap=self._folder.root.read_bytes(),
        )
        updater.refresh()
        return Verified(updater, metadata)

    def _description(self, verified: Verified) -> FeedDescription:
        info = verified.top(names.FEED)
        if info is None:
            raise RepositoryError("there is no feed.json")
        return read_description(self._contents.document(info, DOCUMENT_CAP))

    def _settle(self, look: Gathering, timestamp: str) -> None:
        """Write down what the next look may skip: nothing, if this one was not whole."""
        for left in self._folder.metadata.glob("tmp*"):
            if left.suffix != ".json":
                left.unlink(missing_ok=True)  # A kill cut TUF's client off while it wrote.
        # TUF's client does not flush what it keeps; rollback protection must outlive a power cut.
        files.flush_tree(self._folder.metadata)
        if not look.whole:
            record.not_whole(self._folder)
            return
        self._contents.sweep()
        now, polled = datetime.now(UTC), record.read_polled(self._folder)
        seen = polled.seen if polled and polled.timestamp == timestamp else now
        signed = look.verified.timestamp.expires.astimezone(UTC)
        made = look.verified.published
        dates = [date for date in (*look.dates, made) if date is not None and date <= signed]
        record.write(
            self._folder.polled,
            Polled(
                timestamp=timestamp,
                etag=self._fetcher.etag,
                modified=self._fetcher.modified,
                until=min(look.ends),
                published=published_at(made, signed, seen),
                newest=max(dates, default=None),
                seen=seen,
                looked=now,
                versions=look.verified.versions(),
                offer=record.digest_of_offer(self._folder),
            ),
        )
