"""Plain text: one host, address, digest, picture or torrent a line.

Rules:
- A line is a host, an address with its scheme, a magnet link, an MD5, or `KIND:TEXT` with KIND one
  of `host`, `address`, `sha256`, `sha1`, `md5`, `image` (`image:HASH` or `image:HASH:QUALITY`; a
  quality left unsaid is the lowest that counts) and `torrent`. `#` starts a comment, at the start
  of a line or after a space.
- 40 and 64 bare hex digits could be several things and are refused, unless the caller says which.
- An address without path and query names its whole host, as in `garim-feed add`.
- `allow` or `negative` and a space before it say the effect.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from garim_feed.convert.rows import Row, Written, excerpt, rows
from garim_feed.convert.subjects import (
    HEX_LENGTHS,
    HOST_PATTERN,
    address,
    hex_digest,
    host,
    info_hash,
    magnet,
    picture_quality,
)
from garim_feed.errors import FeedError
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item

KINDS = (Kind.HOST, Kind.ADDRESS, Kind.SHA256, Kind.SHA1, Kind.MD5, Kind.TORRENT, Kind.IMAGE)
_USUAL = re.compile(HOST_PATTERN)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})")
_PREFIXES = {str(kind): kind for kind in KINDS}
_EFFECTS = {"allow": Effect.ALLOW, "negative": Effect.NEGATIVE}


def read(stream: BinaryIO, bare: Kind | None = None) -> Iterator[Row]:
    """Yield the rows of a plain file.

    Args:
        stream: The file.
        bare: What hex digits without a prefix are; `None` takes only MD5 without one.
    """
    return rows(stream, lambda text: things(text, bare))


def write(items: Iterable[Item], stream: BinaryIO) -> Written:
    """Write the items that one line can say."""
    written = left_out = 0
    for item in items:
        say = _SAYERS.get(item.kind)
        if say is None:
            left_out += 1
            continue
        effect = "" if item.effect is Effect.BLOCK else f"{item.effect} "
        stream.write(f"{effect}{say(item)}\n".encode("ascii"))
        written += 1
    return Written(written, left_out)


def things(text: str, bare: Kind | None = None) -> tuple[Item, ...]:
    """Return what a line says.

    Raises:
        FeedError: It is none of the above.
    """
    if _USUAL.match(text):
        return (Item(Kind.HOST, text),)
    text = _COMMENT.sub("", text).strip()
    if not text:
        return ()
    word, _, rest = text.partition(" ")
    effect = _EFFECTS.get(word) if rest else None
    if effect is None:
        return tuple(_items(text, bare, Effect.BLOCK))
    found = tuple(_items(rest.strip(), bare, effect))
    wanted = effect is Effect.NEGATIVE
    if any((item.kind is Kind.IMAGE) is not wanted for item in found):
        raise FeedError("Only pictures can be negative, and only other things allowed.")
    return found


def _items(text: str, bare: Kind | None, effect: Effect) -> list[Item]:
    if _WEB.match(text):
        found = address(text)
        name, _, path = found.partition("/")
        return [Item(Kind.ADDRESS, found, effect) if path else Item(Kind.HOST, name, effect)]
    prefix, colon, rest = text.partition(":")
    kind, rest = _PREFIXES.get(prefix) if colon else None, rest.strip()
    if kind is None:
        kind, rest = _kind(text, bare), text
    if kind is Kind.HOST:
        return [Item(kind, host(rest), effect)]
    if kind is Kind.ADDRESS:
        return [Item(kind, address(rest), effect)]
    if kind is Kind.TORRENT:
        torrents = magnet(rest) if rest.startswith("magnet:") else (info_hash(rest),)
        return [Item(kind, torrent, effect) for torrent in torrents]
    if kind is Kind.IMAGE:
        digits, _, quality = rest.partition(":")
        return [Item(kind, hex_digest(kind, digits), effect, picture_quality(quality))]
    return [Item(kind, hex_digest(kind, rest), effect)]


def _kind(text: str, bare: Kind | None) -> Kind:
    if text.startswith("magnet:"):
        return Kind.TORRENT
    if _HEX.fullmatch(text):
        if bare is not None:
            return bare
        if len(text) == HEX_LENGTHS[Kind.MD5]:
            return Kind.MD5
        raise FeedError(
            "{text} may be a digest, a torrent or a picture; write which, and a colon, before it.",
            text=excerpt(text),
        )
    if "/" in text:
        raise FeedError("{text} has no scheme; an address starts with http.", text=excerpt(text))
    return Kind.HOST


def _say_address(item: Item) -> str:
    return f"address:{item.subject}"


def _say_torrent(item: Item) -> str:
    version, _, digits = item.subject.partition(":")
    return (
        f"magnet:?xt=urn:btih:{digits}" if version == "1" else f"magnet:?xt=urn:btmh:1220{digits}"
    )


_SAYERS: dict[Kind, Callable[[Item], str]] = {
    Kind.HOST: lambda item: item.subject,
    Kind.ADDRESS: _say_address,
    Kind.TORRENT: _say_torrent,
    Kind.IMAGE: lambda item: f"image:{item.subject}:{item.quality}",
} | {
    kind: (lambda item: f"{item.kind}:{item.subject}")
    for kind in (Kind.SHA256, Kind.SHA1, Kind.MD5)
}
