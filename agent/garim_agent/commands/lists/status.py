"""`garim lists status`: which lists are in force, and how fresh each feed is.

Rules:
- What was written is read: nothing is fetched, and the running proxy is not asked.
- Exit code 2 when a feed is not as it should be, so that a timer can watch it.
"""

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from garim_addon.assembly import QUARANTINE_FILE
from garim_addon.judge.quarantine import Quarantine
from garim_addon.text import _
from garim_agent import lists
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING
from garim_agent.folders import folders
from garim_agent.surface import put, put_json, say
from garim_feed.sync import trust
from garim_feed.sync.layout import feed_folder
from garim_feed.sync.status import FeedStatus, read_all


def run(*, as_json: bool) -> int:
    """Print all feeds; returns the exit code."""
    where = folders()
    feeds = read_all(where.lists)
    quarantined = Quarantine(where.state / QUARANTINE_FILE).entries
    if as_json:
        put_json(
            {
                "well": all(lists.well(feed) for feed in feeds),
                "feeds": [as_object(feed, where.lists) for feed in feeds],
                "quarantined": [asdict(held) for held in quarantined],
            }
        )
    else:
        for feed in feeds:
            _show(feed, where.lists)
        for held in quarantined:
            put(
                _(
                    "Reported only since {since}: {entry} of {list} ({feed}) matches too much.",
                    **asdict(held),
                )
            )
        if not feeds:
            say(_("No feed is followed; only the built-in list is in force. See garim lists add."))
    return EXIT_NOTHING if all(lists.well(feed) for feed in feeds) else EXIT_ERROR


def as_object(feed: FeedStatus, root: Path) -> dict[str, object]:
    """One feed as plain values."""
    return feed.model_dump(mode="json") | {
        "freshness": feed.freshness(lists.now()),
        "well": lists.well(feed),
        "bytes": _bytes(root, feed.name),
        "problems": [lists.problem_words(each) for each in lists.problems(feed)],
    }


def _bytes(root: Path, name: str) -> int:
    """Bytes that were fetched of a feed and are kept."""
    return sum(
        file.stat().st_size for file in feed_folder(root, name).path.rglob("*") if file.is_file()
    )


def _show(feed: FeedStatus, root: Path) -> None:
    title = lists.title(feed)
    put(f"{feed.name}: {title} ({feed.url})")
    facts = (
        (_("state"), lists.fresh(feed)),
        (_("last check"), lists.moment(feed.checked)),
        (_("signed"), lists.moment(feed.published)),
        (_("in force since"), lists.moment(feed.changed)),
        (_("root"), trust.readable(feed.fingerprint) if feed.fingerprint else "-"),
        (_("on disk"), _("{count} bytes", count=f"{_bytes(root, feed.name):,}")),
    )
    for name, fact in facts:
        put(f"  {name}: {fact}")
    for each in lists.problems(feed):
        put("  ! " + lists.problem_words(each))
    if feed.lists:
        Console().print(_table(feed))


def _table(feed: FeedStatus) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("  " + _("List"), _("Version"), _("Entries"), _("Revoked"), _("Category")):
        table.add_column(heading, no_wrap=True)
    table.add_column(_("Keeper"))
    for each in feed.lists:
        table.add_row(
            "  " + each.name,
            str(each.version),
            f"{sum(each.entries.values()):,}",
            str(each.revoked),
            each.category,
            each.keeper,
        )
    return table
