"""The start of a feed: its name, its first authority, its people, thresholds and expiries.

Rules:
- People bring their public keys on cards; private keys stay with them.
- By default everyone present signs root, targets and the first authority's lists, 2 of them each
  time.
- The first root is signed by as many people as it asks of later ones; then it is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.authorities import make_authority
from garim_feed.publish.cards import Card
from garim_feed.publish.online import new_online_key
from garim_feed.publish.persons import enter, people
from garim_feed.publish.roles import DAYS, ONLINE, ROOT, TARGETS, make_role
from garim_feed.publish.workspace import Clock, Workspace, utc_now
from garim_feed.wire import names
from garim_feed.wire.description import Authority
from garim_feed.wire.fields import Title


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What is settled before the first signature.

    Attributes:
        feed: The feed's name, a slug.
        title: The feed's title.
        authority: The first authority.
        people: Who takes part.
        threshold: Signatures that root, targets and the authority need.
        days: Days for which a role's metadata holds, where it is not the default (`roles.DAYS`):
            keys are `root`, `targets`, `authority`, `revoke`, `snapshot`, `timestamp`.
    """

    feed: str
    title: Title
    authority: Authority
    people: tuple[Card, ...]
    threshold: int = 2
    days: Mapping[str, int] = field(default_factory=dict)


def init(root: Path, ceremony: Ceremony, now: Clock = utc_now) -> Workspace:
    """Make a workspace; `staging.stage`, `staging.sign` and `publishing.publish` follow.

    Raises:
        FeedError: The folder is not empty, fewer people than signatures, two people with one name
            or one key, or a name that is not a slug.
    """
    if not names.is_name(ceremony.feed):
        raise FeedError(
            "{name} cannot be a feed's name: a-z, 0-9 and hyphens only.", name=ceremony.feed
        )
    unknown = set(ceremony.days) - set(DAYS)
    if unknown:
        raise FeedError("There is no role {role}.", role=min(unknown))
    workspace = Workspace.create(root, now)
    try:
        with workspace.changing():
            _settle(workspace, ceremony)
    except BaseException:
        workspace.close()
        workspace.discard()
        raise
    return workspace


def _settle(workspace: Workspace, ceremony: Ceremony) -> None:
    days = {**DAYS, **ceremony.days}
    workspace.store.executemany(
        "INSERT INTO setting VALUES (?, ?)",
        (("feed", ceremony.feed), ("title", ceremony.title.model_dump_json())),
    )
    for card in ceremony.people:
        enter(workspace, card)
    everyone = [one.name for one in people(workspace)]
    for role in (ROOT, TARGETS):
        make_role(workspace, role, ceremony.threshold, days[role], everyone)
    for role in ONLINE:
        make_role(workspace, role, 1, days[role], ())
    make_authority(workspace, ceremony.authority, everyone, ceremony.threshold, days)
    new_online_key(workspace)
    audit.record(
        workspace,
        everyone[0],
        "init",
        feed=ceremony.feed,
        people=", ".join(everyone),
        keys=" ".join(card.public.keyid for card in ceremony.people),
        threshold=ceremony.threshold,
    )
