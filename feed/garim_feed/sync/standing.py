"""What is in force of a feed: what an offer is measured against.

Rules:
- It is read from the generation in force itself.
- Where there is none that can be read, what was offered and checked before stands in, so that a
  damaged index does not make every list a newcomer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from garim_feed.sync import record
from garim_feed.sync.layout import FeedFolder
from garim_feed.sync.status import in_force
from garim_feed.wire.catalogue import ListManifest


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in force of a feed.

    Attributes:
        manifests: By name of list.
        owners: Authority by name of list.
    """

    manifests: Mapping[str, ListManifest]
    owners: Mapping[str, str]


def standing_of(root: Path, folder: FeedFolder) -> Standing:
    """Return what is in force of a feed.

    Args:
        root: The lists folder.
        folder: The feed's folder.
    """
    records = in_force(root)
    if records:
        found = [(one.manifest, one.authority) for one in records if one.feed == folder.name]
    else:
        found = [(one.manifest, one.authority) for one in record.read_offer(folder).lists]
    return Standing(
        manifests={manifest.name: manifest for manifest, _ in found},
        owners={manifest.name: authority for manifest, authority in found},
    )
