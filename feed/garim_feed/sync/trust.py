"""The first trust in a feed: its root file, and the fingerprint by which people compare it.

Rules:
- A root file counts only when it is signed by as many of its own keys as it asks for, and uses
  consistent snapshots (without them a half-published feed cannot be told from a whole one).
- The fingerprint covers what the root says and the ids of its keys, not its signatures: signing the
  same root once more changes nothing for whoever compares.
- A root that comes over the network is taken only by a fingerprint that came another way.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import Metadata, Root

from garim_feed.errors import FeedError
from garim_feed.sync.connect import source_of
from garim_feed.sync.explain import explain
from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.location import base_address
from garim_feed.sync.source import Source

MAX_ROOT_BYTES = 512_000
_FIRST = "metadata/1.root.json"
_GROUP = 4
_GROUPING = str.maketrans("", "", " :-\t\r\n")


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
    if len(root) > MAX_ROOT_BYTES:
        raise FeedError("This is not the root file of a feed: it is too large.")
    try:
        metadata = Metadata[Root].from_bytes(root)
        signed = metadata.signed
        if not isinstance(signed, Root):
            raise FeedError("This is not the root file of a feed: it says it is {type}.",
                            type=str(signed.type)[:40])  # fmt: skip
        signed.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
        fingerprint = _fingerprint(signed, metadata.signed_bytes)
    except (RepositoryError, ValueError) as error:
        raise FeedError(
            "This is not the root file of a feed, or it is not signed by enough of its own keys."
        ) from error
    if not signed.consistent_snapshot:
        raise FeedError("The feed does not use consistent snapshots; Garim does not follow it.")
    role = signed.roles[Root.type]
    return RootFacts(
        fingerprint=fingerprint,
        version=signed.version,
        expires=signed.expires.astimezone(UTC),
        keys=len(role.keyids),
        threshold=role.threshold,
    )


def _fingerprint(root: Root, canonical: bytes) -> str:
    digest = hashlib.sha256(canonical)
    for keyid in sorted(root.roles[Root.type].keyids):
        digest.update(keyid.encode())
    return digest.hexdigest()


def readable(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, for people to compare."""
    return " ".join(fingerprint[at : at + _GROUP] for at in range(0, len(fingerprint), _GROUP))


def same(fingerprint: str, expected: str) -> bool:
    """Whether a fingerprint is the expected one, however that one is grouped and spelled."""
    told = expected.translate(_GROUPING).casefold()
    return hmac.compare_digest(fingerprint.encode(), told.encode())


def fetch_root(url: str, fingerprint: str, *, source: Callable[[str], Source] = source_of) -> bytes:
    """Fetch `BASE/metadata/1.root.json` and return it if it has the expected fingerprint.

    Args:
        url: The feed's base address, or a folder's path.
        fingerprint: What the feed's keepers told, in any grouping.
        source: Where a feed comes from, given its address.

    Raises:
        FeedError: When it cannot be fetched, is no root file, or has another fingerprint.
    """
    address = base_address(url)
    found = source(address)
    try:
        root = Fetcher(found).download_bytes(_FIRST, MAX_ROOT_BYTES)
    except DownloadError as error:
        raise explain(address, error) from error
    finally:
        found.close()
    told = inspect(root).fingerprint
    if not same(told, fingerprint):
        raise FeedError(
            "The root file of {feed} has the fingerprint {found}, not the expected one; ask its "
            "keepers before you trust it.",
            feed=address,
            found=readable(told),
        )
    return root
