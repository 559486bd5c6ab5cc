"""Answers of Garim's own: 451 for what is blocked (RFC 7725), 502 for a site it cannot verify.

Rules:
- Who blocked is named: authority, list, entry, date, and how to object; `Link: rel="blocked-by"`
  carries the authority's address, or a URN of the list where it gave none.
- The answer fits what asked (`Sec-Fetch-Dest`, else `Accept`): a page for documents and frames,
  JSON for scripts that read JSON, a picture for pictures (browsers show the picture of an error
  answer; tried in Chromium), for everything else nothing, under the type that was asked for.
- Never cached, never scripted, nothing loaded from outside.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from urllib.parse import quote

from garim_addon.act import page_html
from garim_addon.act.page_text import Block, is_appeal, is_uri, refused, unverified_site
from garim_addon.act.replacement import Replacement
from garim_addon.act.rewrite import Fields
from garim_addon.exchange import Request
from garim_addon.verdict import ListMatch
from garim_feed.lookup.match import Keeper

BLOCKED = 451
UNVERIFIED = 502
_DOCUMENTS = frozenset({"document", "iframe", "frame", "embed", "object", "fencedframe"})
_SCRIPTS = ("script", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet")
_TYPES = {
    **dict.fromkeys(_SCRIPTS, "text/javascript"),
    "style": "text/css",
    "font": "font/woff2",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "track": "text/vtt",
    "manifest": "application/manifest+json",
    "json": "application/json",
    "xslt": "text/xsl",
}
"""Type of an empty answer by what asked for it; plain text for everything else."""


class Kind(StrEnum):
    """What an answer is made of."""

    PAGE = "page"
    JSON = "json"
    PICTURE = "picture"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Page:
    """A whole answer.

    Attributes:
        status: HTTP status.
        headers: Header fields as they travel.
        body: The body.
    """

    status: int
    headers: Fields
    body: bytes


def kind_for(request: Request) -> Kind:
    """Choose what to answer `request` with."""
    accept = (request.headers.get("accept", "") or "").lower()
    destination = request.destination
    if destination in _DOCUMENTS:
        return Kind.PAGE
    if destination == "image":
        return Kind.PICTURE
    if destination in {"empty", "json"} and "json" in accept:
        return Kind.JSON
    if destination:
        return Kind.EMPTY
    if "text/html" in accept:
        return Kind.PAGE
    if accept.lstrip().startswith("image/"):
        return Kind.PICTURE
    return Kind.JSON if "json" in accept else Kind.EMPTY


def refusal(
    request: Request,
    match: ListMatch | None,
    ident: str,
    *,
    keeper: Keeper | None = None,
    picture: Replacement | None = None,
    today: date | None = None,
) -> Page:
    """Answer a request that is blocked.

    Args:
        request: The request.
        match: The list match that decided, or `None` when a classifier or the fail matrix did.
        ident: The short id that `garim why` finds.
        keeper: Who keeps the list, where the list says so.
        picture: What a picture request is shown; without it such a request gets nothing.
        today: The date to show; the current one by default.
    """
    day = today or datetime.now(UTC).astimezone().date()
    block = Block(request.host, match, ident, keeper, day.isoformat())
    link = _blocked_by(block)
    kind = kind_for(request)
    if kind is Kind.PAGE:
        body = page_html.document(str(BLOCKED), lambda tongue: refused(block, tongue))
        return _page(BLOCKED, body, link)
    if kind is Kind.JSON:
        body = json.dumps(_facts(block), ensure_ascii=False).encode()
        mime = (b"content-type", b"application/json")
        return Page(BLOCKED, _headers(len(body), mime, link), body)
    if kind is Kind.PICTURE and picture is not None:
        mime = (b"content-type", picture.mime.encode("ascii"))
        return Page(BLOCKED, _headers(len(picture.body), mime, link), picture.body)
    mime = (b"content-type", _TYPES.get(request.destination, "text/plain").encode("ascii"))
    return Page(BLOCKED, _headers(0, mime, link), b"")


def unverified(request: Request) -> Page:
    """Answer a request to a site whose certificate could not be verified.

    The site is passed through from now on; loading again shows the browser's own warning.
    """
    if kind_for(request) is not Kind.PAGE:
        return Page(UNVERIFIED, _headers(0), b"")
    body = page_html.document(str(UNVERIFIED), lambda tongue: unverified_site(request.host, tongue))
    return _page(UNVERIFIED, body)


def _facts(block: Block) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "error": "blocked",
        "status": BLOCKED,
        "id": block.ident,
        "date": block.day,
    }
    if block.match is not None:
        for name in ("list", "version", "entry", "category", "added"):
            facts[name] = getattr(block.match, name)
    if block.keeper is not None:
        facts["authority"] = block.keeper.name
        facts["appeal"] = block.keeper.appeal if is_appeal(block.keeper.appeal) else ""
    return facts


def _blocked_by(block: Block) -> tuple[bytes, bytes]:
    uri = block.keeper.uri if block.keeper else ""
    if not is_uri(uri):
        name = f"list:{quote(block.match.list, safe='')}" if block.match else "device"
        uri = f"urn:garim:{name}"
    return b"link", f'<{uri}>; rel="blocked-by"'.encode("ascii")


def _page(status: int, body: bytes, *more: tuple[bytes, bytes]) -> Page:
    own = (
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-language", ", ".join(page_html.tongues()).encode("ascii")),
        (b"content-security-policy", page_html.POLICY.encode("ascii")),
        (b"referrer-policy", b"no-referrer"),
    )
    return Page(status, _headers(len(body), *own, *more), body)


def _headers(length: int, *more: tuple[bytes, bytes]) -> Fields:
    return (
        *more,
        (b"content-length", b"%d" % length),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    )
