"""Which lists are in force on this machine, and in how many words that is said.

Rules:
- What was written is read: no network, no TUF, no numpy, so the proxy's process may ask.
- Without any built generation the shipped list is in force.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from garim_addon.text import N_, _, language
from garim_feed.lookup.builtin import BUILTIN
from garim_feed.lookup.generation_file import ListRecord, read_generation
from garim_feed.sync import status
from garim_feed.sync.freshness import Freshness
from garim_feed.sync.problem import Problem
from garim_feed.sync.status import FeedStatus

_FRESHNESS = {
    Freshness.NEVER: N_("never fetched"),
    Freshness.FRESH: N_("fresh"),
    Freshness.STALE: N_("STALE: no news for over a day"),
    Freshness.OVERDUE: N_("OVERDUE: no news for over a week"),
}


def in_force(root: Path) -> tuple[ListRecord, ...]:
    """Return the lists in force, the shipped one among them.

    Args:
        root: The lists folder.

    Raises:
        FeedError: When the shipped list is damaged.
    """
    return status.in_force(root) or read_generation(BUILTIN / "generation").lists


def now() -> datetime:
    """The time by which freshness is told."""
    return datetime.now(UTC)


def fresh(feed: FeedStatus) -> str:
    """Return how fresh a feed is, in words."""
    return _(_FRESHNESS[feed.freshness(now())])


def problems(feed: FeedStatus) -> list[Problem]:
    """Return everything that is wrong with a feed."""
    found = [each for each in (feed.problem, feed.clock) if each is not None]
    return [*found, *feed.refused]


def well(feed: FeedStatus) -> bool:
    """Whether nothing about a feed needs somebody's attention."""
    return feed.freshness(now()) is Freshness.FRESH and not problems(feed)


def problem_words(problem: Problem) -> str:
    """Return one problem in the user's language."""
    sentence = _(problem.template, **problem.params)
    return f"{problem.list}: {sentence}" if problem.list else sentence


def moment(when: datetime | None) -> str:
    """Return a time in local time, to the minute."""
    return "-" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def title(feed: FeedStatus) -> str:
    """Return a feed's own title in the user's language, or its name here."""
    return feed.title.get(language()) or feed.title.get("en") or feed.name


def in_short(feeds: Iterable[FeedStatus]) -> list[str]:
    """Return what the start of the proxy says: lists and freshness, one sentence a feed."""
    lines = []
    for feed in feeds:
        names = ", ".join(f"{each.name} {each.version}" for each in feed.lists) or "-"
        lines.append(
            _("Lists of {feed}: {lists} ({fresh}).", feed=feed.name, lists=names, fresh=fresh(feed))
        )
        lines += [f"  ! {problem_words(each)}" for each in problems(feed)]
    return lines or [_("No feed is followed: only the built-in list is in force.")]
