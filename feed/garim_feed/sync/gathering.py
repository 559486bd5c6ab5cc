"""What comes together in one look, and what fills the gaps: what was offered before.

Rules:
- One authority's failure costs that authority, one list's that list: it stays as it was.
- When the network or the disk fails, the rest is left for the next look; what came counts.
- A look is whole when nothing is missing that may come later. What is refused for what was signed
  would be refused again, so it is not asked for again until something changes. What is refused for
  how it came (metadata is not always bound by a digest) may be someone's doing on the way, and is
  asked for again: one bad answer must not cost more than one look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tuf.api.exceptions import (
    DownloadError,
    ExpiredMetadataError,
    RepositoryError,
    SlowRetrievalError,
)

from garim_feed.errors import FeedError
from garim_feed.lookup.match import Keeper
from garim_feed.sync.contents import Contents
from garim_feed.sync.explain import UnfitError, explain
from garim_feed.sync.problem import Problem
from garim_feed.sync.record import Chosen, Offer
from garim_feed.sync.source import SourceError
from garim_feed.sync.verified import Role, Verified
from garim_feed.wire.catalogue import ListManifest
from garim_feed.wire.description import Authority, FeedDescription

MAX_LISTS = 100
"""Lists of one feed."""
MAX_REFUSED = 100
"""Sentences about what was refused; a hostile feed could make any number."""
STOPPING = (SourceError, SlowRetrievalError, OSError)
"""What the rest of a look would only meet again."""

type Revoked = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Gathering:
    """What comes together in one look.

    Attributes:
        feed: The feed's name.
        verified: Its verified metadata.
        contents: Its files.
        before: What was offered before.
        standing: Manifests of its lists in force, by name.
        owners: Authority by name, of lists in force, offered before, or taken.
        lists: Lists by authority; an authority that was not asked is not there.
        revoked: The same for revocations.
        extras: What was accepted besides lists: SHA-256 by target path.
        refused: What was refused, or could not be had.
        ends: Signed ends of what was used.
        dates: Signed dates that were seen.
        whole: Whether nothing is missing that may come later.
        broken: What stopped the look, or `None`.
    """

    feed: str
    verified: Verified
    contents: Contents
    before: Offer
    standing: Mapping[str, ListManifest]
    owners: dict[str, str]
    lists: dict[str, list[Chosen]] = field(default_factory=dict)
    revoked: dict[str, Revoked] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)
    dates: list[datetime] = field(default_factory=list)
    whole: bool = True
    broken: Exception | None = None

    def guarded[T](self, ask: Callable[[], T], about: str = "") -> T | None:
        """Run one step; its failure is noted, and once the look is broken no more are run.

        Args:
            ask: The step.
            about: The list that it is about, or `""`.

        Returns:
            What the step returned, or `None`: it failed, or was not run.
        """
        if self.broken is not None:
            return None
        try:
            return ask()
        except STOPPING as error:
            self.broken = error
            self.whole = False
        except (RepositoryError, DownloadError, FeedError) as error:
            self.refused.append(Problem.of(explain(self.feed, error), about))
            self.whole = self.whole and not may_pass(error)
        return None

    def role(self, name: str, path: str) -> Role | None:
        """Return a delegated role; see `Verified.role`."""
        role = self.verified.role(name, path)
        if role is not None:
            self.ends.append(role.expires)
        return role

    def earlier(self, authority: str, name: str = "") -> list[Chosen]:
        """Return the lists of an authority that were offered before, or the one of that name."""
        return [
            one
            for one in self.before.lists
            if one.authority == authority and (not name or one.manifest.name == name)
        ]

    def offer(self, described: FeedDescription) -> Offer:
        """Return what the feed has now."""
        lists: list[Chosen] = []
        revoked: dict[str, Revoked] = {}
        for authority in described.authorities:
            slug = authority.slug
            # Who keeps a list is the feed's own word, and its newest counts for every list.
            keeper = keeper_of(authority)
            found = self.lists.get(slug, self.earlier(slug))
            lists += [one.model_copy(update={"keeper": keeper}) for one in found]
            revoked[slug] = self.revoked.get(slug, self.before.revoked.get(slug, ()))
        return Offer(
            title=described.title.model_dump(),
            lists=tuple(lists),
            revoked=revoked,
            extras=self.extras,
            refused=tuple(self.refused[:MAX_REFUSED]),
        )


def may_pass(error: Exception) -> bool:
    """Whether asking again, with nothing new signed, may help."""
    if isinstance(error, ExpiredMetadataError | UnfitError):
        # Signatures and version were right, so this is what the feed's keepers signed.
        return False
    return not isinstance(error, FeedError)


def keeper_of(authority: Authority) -> Keeper:
    """Return who an authority is, for people."""
    return Keeper(name=authority.name, uri=authority.uri, appeal=authority.appeal)
