"""What one authority has: its revocations, its catalogue, and the lists in it.

Rules:
- The fast lane stands alone: revocations count also when the catalogue cannot be got or is refused.
  They can only take away, from lists of the same authority (`record.Offer.revoked_of`).
- A catalogue, its segments and revocations count only from the roles that may sign them, and only
  when they name the authority that they stand for.
- What signed metadata says is not there is gone; what merely cannot be got stays as it was.
- A list is taken whole or not at all: all its segments are here, or it stays as it was.
"""

from functools import partial

from tuf.api.metadata import TargetFile

from garim_feed.errors import FeedError
from garim_feed.sync import guards
from garim_feed.sync.explain import UnfitError
from garim_feed.sync.gathering import MAX_LISTS, Gathering, keeper_of
from garim_feed.sync.record import Chosen
from garim_feed.sync.verified import Role
from garim_feed.wire import names
from garim_feed.wire.catalogue import ListManifest, read_catalogue
from garim_feed.wire.description import Authority
from garim_feed.wire.revocations import read_revocations

SEGMENT_CAP = 64 << 20
DOCUMENT_CAP = 2 << 20


def gather_revocations(look: Gathering, authority: Authority) -> None:
    """Get what an authority took away.

    Raises:
        RepositoryError: When it is not signed well enough.
        DownloadError: When it cannot be got.
        FeedError: When it is not valid.
        OSError: When it cannot be kept.
    """
    slug = authority.slug
    path = names.revocations_path(slug)
    role = look.role(names.revoke_role(slug), path)
    info = role.targets.get(path) if role else None
    if info is None:
        look.revoked[slug] = ()
        return
    found = read_revocations(look.contents.document(info, DOCUMENT_CAP))
    _stands_for(authority, found.authority)
    look.dates += [one.at for one in found.entries]
    look.revoked[slug] = tuple((one.list, one.entry) for one in found.entries)


def gather_lists(look: Gathering, authority: Authority) -> None:
    """Get an authority's catalogue and the lists in it.

    Raises:
        RepositoryError: When the catalogue is not signed well enough.
        DownloadError: When the catalogue cannot be got.
        FeedError: When it is not valid.
        OSError: When it cannot be kept.
    """
    slug = authority.slug
    path = names.catalogue_path(slug)
    role = look.role(slug, path)
    info = role.targets.get(path) if role else None
    if role is None or info is None:
        look.lists[slug] = []
        return
    catalogue = read_catalogue(look.contents.document(info, DOCUMENT_CAP))
    _stands_for(authority, catalogue.authority)
    look.contents.want(
        [found for one in catalogue.lists for found in _signed(role, one) if found is not None]
    )
    taken = look.lists[slug] = []
    for manifest in catalogue.lists:
        chosen = look.guarded(partial(_take, look, authority, role, manifest), manifest.name)
        taken += look.earlier(slug, manifest.name) if chosen is None else [chosen]


def _take(look: Gathering, authority: Authority, role: Role, manifest: ListManifest) -> Chosen:
    """Return a list, all its segments being here.

    Raises:
        RepositoryError, DownloadError, FeedError, OSError: When it cannot be taken.
    """
    name = manifest.name
    guards.check_name(look.owners, name, authority.slug)
    if sum(map(len, look.lists.values())) >= MAX_LISTS:
        raise FeedError(
            "The feed {feed} has more than {limit} lists; the rest is left out.",
            feed=look.feed,
            limit=MAX_LISTS,
        )
    guards.check_growth(look.standing.get(name), manifest, role.signatures, role.threshold)
    segments: list[str] = []
    for info in _signed(role, manifest):
        if info is None:
            raise UnfitError(f"{name} names a segment that is not signed")
        segments.append(look.contents.large(info, SEGMENT_CAP))
    look.owners.setdefault(name, authority.slug)
    look.dates.append(manifest.published)
    return Chosen(
        authority=authority.slug,
        keeper=keeper_of(authority),
        manifest=manifest,
        segments=tuple(segments),
    )


def _signed(role: Role, manifest: ListManifest) -> list[TargetFile | None]:
    """Return what the role signs of each of a list's segments."""
    return [
        role.targets.get(names.segment_path(role.name, segment.file))
        for segment in manifest.segments
    ]


def _stands_for(authority: Authority, named: str) -> None:
    if named != authority.slug:
        raise FeedError(
            "{authority} signed a file that speaks for {other}; it was refused.",
            authority=authority.slug,
            other=named,
        )
