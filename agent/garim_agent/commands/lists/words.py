"""Sentences about feeds, for `garim lists`, `garim run` and `garim doctor`."""

from collections.abc import Iterable
from datetime import UTC, datetime

from garim_addon.text import N_, _, language
from garim_feed.sync.freshness import Freshness
from garim_feed.sync.problem import Problem
from garim_feed.sync.status import FeedStatus

_FRESHNESS = {
    Freshness.NEVER: N_("never fetched"),
    Freshness.FRESH: N_("fresh"),
    Freshness.STALE: N_("STALE: no news for over a day"),
    Freshness.OVERDUE: N_("OVERDUE: no news for over a week"),
}


def now() -> datetime:
    """The time by which freshness is told."""
    return datetime.now(UTC)


def problem(found: Problem) -> str:
    """Return what a status says, in the user's language."""
    sentence = _(found.template, **found.params)
    return f"{found.list}: {sentence}" if found.list else sentence


def fresh(feed: FeedStatus) -> str:
    """Return how fresh a feed is."""
    return _(_FRESHNESS[feed.freshness(now())])


def moment(when: datetime | None) -> str:
    """Return a time of day in local time, to the minute."""
    return "-" if when is None else when.astimezone().strftime("%Y-%m-%d %H:%M")


def title(titles: dict[str, str] | object, name: str) -> str:
    """Return a title in the user's language, or the name."""
    known = titles if isinstance(titles, dict) else {}
    return known.get(language()) or known.get("en") or name


def in_short(feeds: Iterable[FeedStatus]) -> list[str]:
    """Return one sentence a feed: its lists and how fresh they are."""
    lines = []
    for feed in feeds:
        lists = ", ".join(f"{each.name} {each.version}" for each in feed.lists) or "-"
        lines.append(
            _("Lists of {feed}: {lists} ({fresh}).", feed=feed.name, lists=lists, fresh=fresh(feed))
        )
        lines += [f"  {problem(each)}" for each in problems(feed)]
    return lines


def problems(feed: FeedStatus) -> list[Problem]:
    """Return everything that is wrong with a feed."""
    found = [each for each in (feed.problem, feed.clock) if each is not None]
    return [*found, *feed.refused]
