"""`garim lists export`: the feeds as folders, for a machine without a network.

What is written is what was fetched, signatures and all: the other machine checks the same
signatures and needs to trust neither this machine nor the way between.
"""

from pathlib import Path

from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.folders import folders
from garim_agent.surface import put
from garim_feed.sync.offline import export_feed
from garim_feed.sync.store import ListStore


def run(folder: Path, name: str) -> int:
    """Write one folder a feed; returns the exit code."""
    store = ListStore(folders().lists)
    names = [name] if name else [feed.name for feed in store.feeds()]
    if not names:
        raise UsageError(N_("No feed is followed; there is nothing to export."))
    for each in names:
        size = export_feed(store, each, folder / each)
        put(
            _(
                "{feed}: {count} bytes in {folder}",
                feed=each,
                count=f"{size:,}",
                folder=folder / each,
            )
        )
    return EXIT_NOTHING
