"""Which roles' metadata has to be issued anew, and what it says.

Rules:
- A role is issued when what it signs has changed, when its people or their keys have (its published
  signatures would not do any more), or when it nears its end.
- An authority always has a catalogue and a file of revocations, empty ones to begin with.
- A stage takes revoked entries out of their lists, so its file of revocations is empty again.
- Each issue carries the head of the audit log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tuf.api.metadata import Delegations, Metadata, Root, TargetFile, Targets

from garim_feed.errors import FeedError
from garim_feed.publish import audit, roles, stocking
from garim_feed.publish.authorities import authorities
from garim_feed.publish.building import build
from garim_feed.publish.lists import ListInfo, lists
from garim_feed.publish.metadata import (
    delegated_roles,
    ends_soon,
    new_targets,
    next_delegations,
    next_root,
    published,
    same_root,
)
from garim_feed.publish.progress import Progress
from garim_feed.publish.roles import MODELS, POLICY, ROOT, TARGETS
from garim_feed.publish.workspace import Workspace
from garim_feed.sync.guards import allowed_growth, size
from garim_feed.wire.catalogue import Catalogue, ListManifest, write_catalogue
from garim_feed.wire.description import FeedDescription, write_description
from garim_feed.wire.fields import Title
from garim_feed.wire.names import FEED, REVOKE, catalogue_path, revocations_path
from garim_feed.wire.revocations import Revocations, write_revocations


@dataclass(frozen=True, slots=True)
class Issue:
    """One role's next metadata, unsigned.

    Attributes:
        role: The role.
        metadata: What it says.
        reasons: Why it is issued.
        extra: Signatures beyond the threshold that agents will ask for.
        manifests: New versions of lists, in an authority's.
    """

    role: str
    metadata: Metadata[Any]
    reasons: tuple[str, ...]
    extra: int = 0
    manifests: tuple[ListManifest, ...] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """What a delegated role is to sign; `reason` is empty when that is what it signs already."""

    files: dict[str, TargetFile]
    reason: str = ""
    extra: int = 0
    manifests: tuple[ListManifest, ...] = ()


def issue(workspace: Workspace, progress: Progress) -> Iterator[Issue]:
    """Yield what is to be issued, root first. Part of a transaction."""
    root = next_root(workspace, _version(workspace, ROOT))
    old = published(workspace, ROOT)
    if reasons := _root_reasons(workspace, root, old):
        yield Issue(ROOT, Metadata(root), reasons)
    delegations = next_delegations(workspace)
    if found := _top(workspace, root, delegations):
        yield found
    judge = Targets(delegations=delegations)
    for role in delegated_roles(workspace):
        content = _content(workspace, role, progress)
        reasons = _reasons(workspace, role, judge)
        if content.reason or reasons:
            signed = new_targets(workspace, role, _version(workspace, role))
            signed.targets = content.files
            signed.unrecognized_fields[audit.ANCHOR] = audit.head(workspace)
            why = tuple(one for one in (content.reason, *reasons) if one)
            yield Issue(role, Metadata(signed), why, content.extra, content.manifests)


def _version(workspace: Workspace, role: str) -> int:
    old = published(workspace, role)
    return old.signed.version + 1 if old else 1


def _root_reasons(workspace: Workspace, root: Root, old: Metadata[Root] | None) -> tuple[str, ...]:
    if old is None:
        return ("new",)
    people = () if same_root(root, old.signed) else ("people",)
    return people + (("expiry",) if ends_soon(workspace, ROOT, old.signed) else ())


def _top(workspace: Workspace, root: Root, delegations: Delegations) -> Issue | None:
    """Return the feed's own targets: its description and who signs what."""
    description = FeedDescription(
        format=1,
        name=workspace.feed,
        title=Title.model_validate_json(workspace.setting("title")),
        authorities=tuple(authorities(workspace)),
    )
    file = stocking.put(workspace, FEED, write_description(description))
    signed = new_targets(workspace, TARGETS, _version(workspace, TARGETS))
    signed.targets, signed.delegations = {FEED: file}, delegations
    signed.unrecognized_fields[audit.ANCHOR] = audit.head(workspace)
    old = published(workspace, TARGETS)
    reasons = _reasons(workspace, TARGETS, root)
    if old is not None:
        if old.signed.targets != signed.targets:
            reasons = ("description", *reasons)
        if old.signed.delegations != delegations:
            reasons = ("people", *(one for one in reasons if one != "people"))
    return Issue(TARGETS, Metadata(signed), reasons) if reasons else None


def _reasons(workspace: Workspace, role: str, judge: Root | Targets) -> tuple[str, ...]:
    """Return why a role's published metadata does not do, whatever it signs."""
    old = published(workspace, role)
    if old is None:
        return ("new",)
    result = judge.get_verification_result(role, old.signed_bytes, old.signatures)
    people = () if result.verified else ("people",)
    return people + (("expiry",) if ends_soon(workspace, role, old.signed) else ())


def _content(workspace: Workspace, role: str, progress: Progress) -> _Content:
    old = published(workspace, role)
    files = old.signed.targets if old else {}
    if role.endswith(REVOKE):
        return _revocations(workspace, role.removesuffix(REVOKE), files)
    if role in {POLICY, MODELS}:
        return _carried(workspace, role, files)
    return _lists(workspace, role, files, progress)


def _lists(
    workspace: Workspace, authority: str, old: dict[str, TargetFile], progress: Progress
) -> _Content:
    """Return an authority's lists, those that changed built anew."""
    by_name = {path.rpartition("/")[2]: file for path, file in old.items()}
    files: dict[str, TargetFile] = {}
    manifests: dict[str, ListManifest] = {}
    fresh: list[ListManifest] = []
    extra = 0
    for info in lists(workspace):
        if info.authority != authority:
            continue
        built = build(workspace, info, by_name, progress)
        if built is not None:
            manifests[info.name] = built.manifest
            fresh.append(built.manifest)
            files |= {piece.target.path: piece.target for piece in built.pieces}
            extra = max(extra, _extra(workspace, info, built.manifest))
        elif info.published is not None:
            manifests[info.name] = info.published
            own = (by_name[segment.file] for segment in info.published.segments)
            files |= {file.path: file for file in own}
    if old and not fresh:
        return _Content(old)
    catalogue = Catalogue(format=1, authority=authority, lists=tuple(manifests.values()))
    path = catalogue_path(authority)
    files[path] = stocking.put(workspace, path, write_catalogue(catalogue))
    return _Content(files, "lists", extra, tuple(fresh))


def _extra(workspace: Workspace, info: ListInfo, new: ListManifest) -> int:
    """Return how many signatures beyond the threshold agents ask for, since a list grows so much.

    Raises:
        FeedError: The authority does not have so many people.
    """
    if info.published is None:
        return 0
    before, after = size(info.published), size(new)
    if after - before <= allowed_growth(before):
        return 0
    role = roles.role(workspace, info.authority)
    if role.threshold + 1 > len(role.people):
        raise FeedError(
            "{list} would grow from {before} to {after} entries at once. Agents ask for {needed} "
            "signatures then, and {authority} has {people} people: publish it in smaller steps.",
            list=info.name,
            before=before,
            after=after,
            needed=role.threshold + 1,
            authority=info.authority,
            people=len(role.people),
        )
    return 1


def _revocations(workspace: Workspace, authority: str, old: dict[str, TargetFile]) -> _Content:
    waiting = workspace.row(
        "SELECT 1 FROM revocation r JOIN list l ON l.id = r.list WHERE l.authority = ?", authority
    )
    if old and not waiting:
        return _Content(old)
    path = revocations_path(authority)
    none = Revocations(format=1, authority=authority, entries=())
    return _Content({path: stocking.put(workspace, path, write_revocations(none))}, "revocations")


def _carried(workspace: Workspace, role: str, old: dict[str, TargetFile]) -> _Content:
    """Return the policy or the models that the feed carries."""
    rows = workspace.store.execute(
        "SELECT path, sha256, size FROM carried WHERE path LIKE ? ORDER BY path", (role + "/%",)
    )
    files = {path: TargetFile(size, {"sha256": digest}, path) for path, digest, size in rows}
    return _Content(files, "" if files == old else role)
