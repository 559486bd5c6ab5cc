"""A reader with tuf's own client: trusts a first root, remembers what it saw, checks every file."""

from pathlib import Path

from tuf.ngclient import Updater

from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.source import FolderSource
from garim_feed.wire import names, segment
from garim_feed.wire.catalogue import Catalogue, read_catalogue
from garim_feed.wire.content import content_digest
from garim_feed.wire.description import read_description
from garim_feed.wire.merge import merge
from garim_feed.wire.revocations import read_revocations


class Reader:
    """Looks at a published folder again and again."""

    def __init__(self, folder: Path, site: Path) -> None:
        self._folder = folder
        self._site = site
        (folder / "metadata").mkdir(parents=True)
        (folder / "targets").mkdir()
        self._root = (site / "metadata" / "1.root.json").read_bytes()

    def look(self) -> dict[str, int]:
        """Verify everything; return the lists' versions.

        Raises:
            RepositoryError, DownloadError: Something that a reader refuses.
        """
        metadata = self._folder / "metadata"
        held = metadata / "root.json"
        self._updater = Updater(
            str(metadata),
            "metadata/",
            str(self._folder / "targets"),
            "targets/",
            fetcher=Fetcher(FolderSource(self._site)),
            bootstrap=held.read_bytes() if held.exists() else self._root,
        )
        self._updater.refresh()
        described = read_description(self._file(names.FEED))
        versions: dict[str, int] = {}
        for authority in described.authorities:
            catalogue = read_catalogue(self._file(names.catalogue_path(authority.slug)))
            versions |= self._lists(catalogue)
            read_revocations(self._file(names.revocations_path(authority.slug)))
        return versions

    def _lists(self, catalogue: Catalogue) -> dict[str, int]:
        for one in catalogue.lists:
            paths = (names.segment_path(catalogue.authority, ref.file) for ref in one.segments)
            tables, _ = merge(segment.read(self._file(path)) for path in paths)
            assert content_digest(tables) == one.content
        return {one.name: one.version for one in catalogue.lists}

    def _file(self, path: str) -> bytes:
        info = self._updater.get_targetinfo(path)
        assert info is not None, path
        held = self._updater.find_cached_target(info)
        return Path(held or self._updater.download_target(info)).read_bytes()
