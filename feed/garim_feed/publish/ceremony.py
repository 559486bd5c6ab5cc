"""The start of a feed: its name, its first authority, its people, thresholds and expiries.

Rules:
- People bring their public keys on cards; private keys stay with them.
- By default everyone present signs root, targets and the first authority's lists, 2 of them each time.
- The first root is signed by as many people as it asks of later ones; then it is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from garim_feed.publish.signing_keys import Card
from garim_feed.publish.workspace import Clock, Workspace, utc_now
from garim_feed.wire.catalogue import Title
from garim_feed.wire.description import Authority


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What is settled before the first signature.

    Attributes:
        feed: The feed's name, a slug.
        title: The feed's title.
        authority: The first authority.
        people: Who takes part.
        threshold: Signatures that root, targets and the authority need.
        days: Days for which a role's metadata holds, where it is not the default: keys are `root`,
            `targets`, `authority`, `revoke`, `snapshot`, `timestamp`.
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
    raise NotImplementedError
