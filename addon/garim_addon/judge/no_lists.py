# ruff: noqa: ARG002 - the arguments are those of every index
"""The index of nothing, where not even the shipped list is wanted."""

from collections.abc import Sequence

from garim_feed.lookup.match import Keeper, Match


class NoLists:
    """A `match.Index` without any list."""

    version = "none"
    digests: frozenset[str] = frozenset()

    def digest(self, sha256: bytes, sha1: bytes = b"", md5: bytes = b"") -> tuple[Match, ...]:
        """Return nothing."""
        return ()

    def image(self, hashes: Sequence[bytes], quality: int) -> tuple[Match, ...]:
        """Return nothing."""
        return ()

    def host(self, host: str) -> tuple[Match, ...]:
        """Return nothing."""
        return ()

    def address(self, url: str) -> tuple[Match, ...]:
        """Return nothing."""
        return ()

    def torrent(self, info_hash: bytes) -> tuple[Match, ...]:
        """Return nothing."""
        return ()

    def keeper(self, match: Match) -> Keeper | None:
        """Return nobody."""
        return None
