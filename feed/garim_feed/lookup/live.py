"""The index in force, followed while the process runs.

Rules:
- A look-up sees one whole generation, the old or the new one; none waits for a new one to open.
- `refresh` costs one `stat` when nothing changed. What cannot be opened is counted, the old index
  stays, and the next `refresh` tries again.
- Where no generation was ever built, the fallback answers (the shipped list).
- What an old generation has mapped is given back when its last look-up ends.
"""

from collections.abc import Sequence
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.lookup import generations
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.match import Index, Keeper, Match


class LiveIndex:
    """A `match.Index` that follows `ROOT/current`.

    Args:
        root: The lists folder.
        fallback: Answers as long as there is no generation.

    Attributes:
        failures: How often a new generation could not be opened.
        error: Why, the last time; `None` after a success.
    """

    def __init__(self, root: Path, fallback: Index) -> None:
        self._root = root
        self._current = generations.current_file(root)
        self._index = fallback
        self._name = ""
        self._seen: tuple[int, int, int] | None = None
        self.failures = 0
        self.error: FeedError | None = None
        self.refresh()

    @property
    def generation(self) -> str:
        """Name of the generation in force; `""` for the fallback."""
        return self._name

    @property
    def index(self) -> Index:
        """The index in force: for several look-ups that must see the same."""
        return self._index

    def refresh(self) -> bool:
        """Move to the generation in force, and return whether that is another one now."""
        try:
            found = self._current.stat()
        except OSError:
            return False
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if seen == self._seen:
            return False
        name = generations.current(self._root)
        changed = name != self._name
        if changed:
            try:
                self._index = Generation(generations.generation_path(self._root, name))
            except FeedError as error:
                self.failures += 1
                self.error = error
                return False
            self._name = name
        self._seen, self.error = seen, None
        return changed

    @property
    def version(self) -> str:
        """Changes whenever anything in it changes."""
        return self._index.version

    @property
    def digests(self) -> frozenset[str]:
        """Which of `sha256`, `sha1`, `md5` any list has entries for."""
        return self._index.digests

    def digest(self, sha256: bytes, sha1: bytes = b"", md5: bytes = b"") -> tuple[Match, ...]:
        """Return the entries for a file by its digests (empty: not asked)."""
        return self._index.digest(sha256, sha1, md5)

    def image(self, hashes: Sequence[bytes], quality: int) -> tuple[Match, ...]:
        """Return the entries near a picture; see `Generation.image`."""
        return self._index.image(hashes, quality)

    def host(self, host: str) -> tuple[Match, ...]:
        """Return the entries for a host or a domain above it."""
        return self._index.host(host)

    def address(self, url: str) -> tuple[Match, ...]:
        """Return the entries for a full address."""
        return self._index.address(url)

    def torrent(self, info_hash: bytes) -> tuple[Match, ...]:
        """Return the entries for an info-hash."""
        return self._index.torrent(info_hash)

    def keeper(self, match: Match) -> Keeper | None:
        """Return who keeps the list of a match, where it is known."""
        return self._index.keeper(match)
