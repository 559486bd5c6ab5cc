"""The first trust in a feed: its root file, and the fingerprint by which people compare it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RootFacts:
    """What a root file says.

    Attributes:
        fingerprint: SHA-256 over the canonical signed part and the root's key ids, 64 hex digits.
        version: Its version.
        expires: Its end.
        keys: Number of root keys.
        threshold: How many of them must sign.
    """

    fingerprint: str
    version: int
    expires: datetime
    keys: int
    threshold: int


def inspect(root: bytes) -> RootFacts:
    """Return what a root file says.

    Raises:
        FeedError: When it is no root file, or not signed as it says itself.
    """
    raise NotImplementedError


def readable(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, for people to compare."""
    raise NotImplementedError


def fetch_root(url: str, fingerprint: str) -> bytes:
    """Fetch `BASE/metadata/1.root.json` and return it if it has the expected fingerprint.

    Args:
        url: The feed's base address.
        fingerprint: What the feed's keepers told, in any grouping.

    Raises:
        FeedError: When it cannot be fetched, is no root file, or has another fingerprint.
    """
    raise NotImplementedError
