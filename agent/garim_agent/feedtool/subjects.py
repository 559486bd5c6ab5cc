"""What one argument of `garim-feed add`, `remove` or `revoke` names, when it is not a file.

Rules:
- It is one line of the plain format (`garim_feed.convert.plain`): `KIND:TEXT`, an `http(s)`
  address, a magnet link or an MD5. `--kind` stands for the `KIND:` that is not written.
- A bare word is refused, though that format takes it as a host: here it is far more often the name
  of a file that is not there.
- `--params` says which query parameters of an address count; without it all do.
"""

import re
from dataclasses import replace

from garim_addon.text import N_
from garim_agent.errors import UsageError
from garim_feed.addresses.expressions import subject as expression
from garim_feed.convert import plain
from garim_feed.kinds import Kind
from garim_feed.publish.items import Item

_KINDS = "|".join(plain.KINDS)
_SAYS_IT = re.compile(rf"(?:{_KINDS}):|https?://|magnet:", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-fA-F]{32,64}")


def kind_of(word: str) -> Kind:
    """Return the kind that `--kind` names.

    Raises:
        UsageError: When it names none.
    """
    for kind in plain.KINDS:
        if kind == word:
            return kind
    known = ", ".join(plain.KINDS)
    raise UsageError(N_("--kind is {word}; it must be one of {known}."), word=word, known=known)


def read(
    text: str, kind: Kind | None = None, parameters: tuple[str, ...] | None = None
) -> tuple[Item, ...]:
    """Return what `text` names; a magnet link may name a torrent by both its hashes.

    Args:
        text: As typed.
        kind: What the person says it is.
        parameters: Query parameters of an address that count; `None` for all.

    Raises:
        UsageError: When it names nothing.
        FeedError: When it could name several things, or names something wrongly.
    """
    if not _SAYS_IT.match(text):
        if kind is not None:
            text = f"{kind}:{text}"
        elif not _HEX.fullmatch(text):
            raise UsageError(
                N_(
                    "{text} is neither a file nor an http(s) address, a digest or a magnet link; "
                    "a host is written host:NAME."
                ),
                text=text,
            )
    items = plain.things(text)
    if parameters is None:
        return items
    return tuple(_narrowed(item, text, parameters) for item in items)


def _narrowed(item: Item, text: str, parameters: tuple[str, ...]) -> Item:
    if item.kind is not Kind.ADDRESS:
        return item
    url = text.removeprefix("address:")
    chosen = expression(url, parameters)
    if not chosen:
        raise UsageError(
            N_("{url} lacks one of the parameters {names}."), url=url, names=",".join(parameters)
        )
    return replace(item, subject=chosen)
