"""`garim lists import`: take feeds from a folder instead of the network.

Rules:
- A feed must be followed already (`garim lists add`): the folder proves what it holds, not that it
  is to be trusted.
- The folder of one feed is taken as well as a folder of several.
"""

from pathlib import Path

from garim_addon.text import N_
from garim_agent.commands.lists.sync import report
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.folders import folders
from garim_agent.sync import CHECKER
from garim_feed.sync.checking import module_checker
from garim_feed.sync.offline import import_feed
from garim_feed.sync.store import ListStore


def run(folder: Path, name: str) -> int:
    """Take feeds from a folder; returns the exit code."""
    store = ListStore(folders().lists)
    known = [feed.name for feed in store.feeds()]
    status = EXIT_NOTHING
    for each, source in _sources(folder, name, known).items():
        status = max(
            status, report(import_feed(store, each, source, checker=module_checker(CHECKER)))
        )
    return status


def _sources(folder: Path, name: str, known: list[str]) -> dict[str, Path]:
    """Return the folder of each feed."""
    if (folder / "metadata").is_dir():
        if not name and len(known) != 1:
            raise UsageError(
                N_("Say which feed {folder} is: --name NAME. Followed: {names}."),
                folder=folder,
                names=", ".join(known) or "-",
            )
        return {name or known[0]: folder}
    wanted = [name] if name else known
    found = {each: folder / each for each in wanted if (folder / each / "metadata").is_dir()}
    if not found:
        raise UsageError(
            N_("{folder} holds no copy of a feed that is followed ({names})."),
            folder=folder,
            names=", ".join(wanted) or "-",
        )
    return found
