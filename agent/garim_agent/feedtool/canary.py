"""What no agent would take is refused before anybody signs it.

Agents refuse a whole list that would block a well-known host or an ordinary picture
(`garim_feed.lookup.canaries`). Here the very entry is named while it can still be left out.

Weakness: it asks one entry at a time and the canaries of this program's version; agents ask their
own.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from garim_addon.text import N_
from garim_agent.errors import UsageError
from garim_feed.addresses.expressions import host_expressions
from garim_feed.kinds import Effect, Kind
from garim_feed.lookup.canaries import canary_hosts, canary_pictures
from garim_feed.publish.items import Item


def checked(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items.

    Raises:
        UsageError: At the first that agents would refuse the list for.
    """
    for item in items:
        if item.effect is Effect.BLOCK:
            _check(item)
        yield item


def _check(item: Item) -> None:
    if item.kind is Kind.HOST or (item.kind is Kind.ADDRESS and item.subject.endswith("/")):
        known = _blocking().get(item.subject.removesuffix("/"))
        if known is not None:
            raise UsageError(
                N_("{text} would block {host}, which no list may: agents would refuse the list."),
                text=item.subject,
                host=known,
            )
    elif item.kind is Kind.IMAGE:
        _check_picture(int(item.subject, 16), item)


def _check_picture(pdq: int, item: Item) -> None:
    for name, known in _pictures():
        if (pdq ^ known).bit_count() <= item.wide:
            raise UsageError(
                N_(
                    "A picture looks like the ordinary picture {name}, which no list may match: "
                    "agents would refuse the list."
                ),
                name=name,
            )


@cache
def _blocking() -> dict[str, str]:
    """Every host that would block a well-known one when it is listed, and which one."""
    hosts = canary_hosts()
    above = {
        name: host
        for host in hosts
        for name in (*host_expressions(host), *host_expressions(f"www.{host}"))
    }
    return above | {host: host for host in hosts}


@cache
def _pictures() -> tuple[tuple[str, int], ...]:
    return tuple((name, int.from_bytes(pdq)) for name, pdq, _quality in canary_pictures())
