"""Guards before a list is taken: how much it may grow at once, and whose its name is.

Rules:
- A list in force that would grow by more than 10,000 entries, or by more than half of what it has
  (whichever is more), needs one signature more than its authority's threshold. Else it is refused,
  and what is in force stays. A list that was not in force before is exempt.
- A list's name belongs, within a feed, to the authority whose list of that name is in force; among
  newcomers, to the one that the feed names first.

Weakness: growth is counted from update to update, so a patient forger with a threshold of keys can
grow a list in steps, or offer a new one; the canaries stand before what would hurt most. Where the
threshold is all of the keys, a list can only grow in steps.
"""

from collections.abc import Mapping

from garim_feed.errors import FeedError
from garim_feed.wire.catalogue import ListManifest

FREE_GROWTH = 10_000


def size(manifest: ListManifest) -> int:
    """Return how many entries a list has."""
    return sum(manifest.entries.values())


def allowed_growth(entries: int) -> int:
    """Return by how many entries a list in force may grow without a signature more."""
    return max(FREE_GROWTH, entries // 2)


def check_growth(
    old: ListManifest | None, new: ListManifest, signatures: int, threshold: int
) -> None:
    """Refuse a list that grows too much at once.

    Args:
        old: The list that is in force, or `None`.
        new: The one that is offered.
        signatures: Valid signatures of the authority's metadata, by different keys.
        threshold: How many it needs.

    Raises:
        FeedError: When it needs one more signature than it has.
    """
    if old is None or signatures > threshold:
        return
    growth = size(new) - size(old)
    if growth > allowed_growth(size(old)):
        raise FeedError(
            "The list {list} would grow by {growth} entries at once; that needs {needed} "
            "signatures and has {signatures}. The list in force stays.",
            list=new.name,
            growth=growth,
            needed=threshold + 1,
            signatures=signatures,
        )


def check_name(owners: Mapping[str, str], name: str, authority: str) -> None:
    """Refuse a list whose name is another authority's.

    Args:
        owners: Authority by name of list: of lists in force, then of lists that were taken.
        name: The list's name.
        authority: Who offers it.

    Raises:
        FeedError: When it is another's.
    """
    owner = owners.get(name, authority)
    if owner != authority:
        raise FeedError(
            "{authority} offers a list with the name of another's: {list} is {owner}'s. It was "
            "refused.",
            authority=authority,
            list=name,
            owner=owner,
        )
