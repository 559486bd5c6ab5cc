"""From the address of a feed to where its files come from."""

from collections.abc import Callable

from garim_feed.sync.http import HttpSource
from garim_feed.sync.location import folder_of
from garim_feed.sync.source import FolderSource, Source

type SourceOf = Callable[[str], Source]
"""Returns where the files of a base address come from."""


def source_of(url: str) -> Source:
    """Return where the files of a base address come from.

    Raises:
        FeedError: When the environment names a proxy that cannot be used.
    """
    folder = folder_of(url)
    return HttpSource(url) if folder is None else FolderSource(folder)
