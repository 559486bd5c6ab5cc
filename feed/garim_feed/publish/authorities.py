"""Authorities: who keeps lists.

Rules:
- An authority's slug names its role, its folder and nothing else; what people read is in feed.json,
  which the people of `targets` sign. So no authority can speak in another's name.
- An authority has people of its own; its lists and revocations are theirs alone.
"""

from collections.abc import Mapping, Sequence

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.persons import holder
from garim_feed.publish.roles import AUTHORITY, DAYS, REVOCATIONS, TARGETS, make_role
from garim_feed.publish.workspace import Workspace
from garim_feed.wire import names
from garim_feed.wire.description import Authority


def authorities(workspace: Workspace) -> list[Authority]:
    """Return every authority, by slug."""
    rows = workspace.store.execute("SELECT slug, name, uri, appeal FROM authority ORDER BY slug")
    return [Authority(slug=slug, name=name, uri=uri, appeal=to) for slug, name, uri, to in rows]


def add_authority(
    workspace: Workspace, by: str, authority: Authority, people: Sequence[str], threshold: int = 2
) -> None:
    """Take in an authority with its own people; `by` is one of the people of `targets`.

    Raises:
        FeedError: The slug is taken, or fewer people than signatures.
    """
    with workspace.changing():
        actor = holder(workspace, by, TARGETS)
        make_authority(workspace, authority, people, threshold, DAYS)
        audit.record(
            workspace,
            actor.name,
            "authority add",
            authority=authority.slug,
            people=", ".join(people),
            threshold=threshold,
        )


def make_authority(
    workspace: Workspace,
    authority: Authority,
    people: Sequence[str],
    threshold: int,
    days: Mapping[str, int],
) -> None:
    """Write an authority and its roles down; part of a transaction.

    Raises:
        FeedError: The slug is taken, or fewer people than signatures.
    """
    slug = authority.slug
    if workspace.row("SELECT 1 FROM authority WHERE slug = ?", slug):
        raise FeedError("There is an authority {authority} already.", authority=slug)
    with workspace.changing() as store:
        store.execute(
            "INSERT INTO authority VALUES (?, ?, ?, ?)",
            (slug, authority.name, authority.uri, authority.appeal),
        )
        make_role(workspace, slug, threshold, days[AUTHORITY], people)
        make_role(workspace, names.revoke_role(slug), 1, days[REVOCATIONS], ())


def edit_authority(workspace: Workspace, by: str, authority: Authority) -> None:
    """Change an authority's name, uri or appeal; `by` is one of the people of `targets`.

    Raises:
        FeedError: Unknown slug.
    """
    with workspace.changing() as store:
        actor = holder(workspace, by, TARGETS)
        changed = store.execute(
            "UPDATE authority SET name = ?, uri = ?, appeal = ? WHERE slug = ?",
            (authority.name, authority.uri, authority.appeal, authority.slug),
        ).rowcount
        if not changed:
            raise FeedError("There is no authority {authority}.", authority=authority.slug)
        audit.record(workspace, actor.name, "authority edit", authority=authority.slug)
