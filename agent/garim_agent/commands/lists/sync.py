"""`garim lists sync`: fetch now, and put into force what is new.

Rules:
- It does the work itself, whether the proxy runs or not; the proxy takes up the new lists by
  itself.
- One line a feed. Exit code 2 when a feed could not be fetched or something of it was refused: its
  last good lists stay in force.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

from garim_addon.text import _
from garim_agent import lists
from garim_agent.bars import progress_bar
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING
from garim_agent.folders import folders
from garim_agent.surface import put, put_json, say
from garim_agent.sync import CHECKER
from garim_feed.sync.checking import module_checker
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import UpdateReport, update

if TYPE_CHECKING:
    from rich.progress import TaskID


def run(*, as_json: bool) -> int:
    """Fetch all feeds; returns the exit code."""
    store = ListStore(folders().lists)
    if not store.feeds():
        say(_("No feed is followed. See garim lists add."))
        return EXIT_NOTHING
    return report(fetch(store), as_json=as_json)


def fetch(store: ListStore, *only: str) -> UpdateReport:
    """Fetch feeds with a bar for each."""
    tasks: dict[str, TaskID] = {}
    with progress_bar() as bar:

        def tell(feed: str, done: int, total: int) -> None:
            if feed not in tasks:
                tasks[feed] = bar.add_task(feed, total=None)
            bar.update(tasks[feed], completed=done, total=total or None)

        return update(store, only=only, progress=tell, checker=module_checker(CHECKER))


def report(done: UpdateReport, *, as_json: bool = False) -> int:
    """Say what an update did; returns the exit code."""
    if as_json:
        plain = [feed.model_dump(mode="json") for feed in done.feeds]
        put_json(asdict(done) | {"feeds": plain})
    for feed in () if as_json else done.feeds:
        names = ", ".join(f"{each.name} {each.version}" for each in feed.lists) or "-"
        put(
            _(
                "{feed}: {lists}; {count} bytes received.",
                feed=feed.name,
                lists=names,
                count=f"{feed.received:,}",
            )
        )
        for each in lists.problems(feed):
            say(f"{feed.name}: {lists.problem_words(each)}")
    if not as_json:
        say(_("New lists are in force.") if done.changed else _("Nothing changed."))
    wrong = any(lists.problems(feed) for feed in done.feeds)
    return EXIT_ERROR if wrong else EXIT_NOTHING
