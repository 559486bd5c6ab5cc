"""Whether a response's body is worth judging, from its head alone: pure, before any byte of it.

Rules, first match wins:
- No body (HEAD, 1xx, 204, 304, length 0): pass.
- Server-sent events, gRPC and their like never end and may stay silent for long: they pass when a
  script or a program asks for them. Asked for by a page's own elements they are peeked at like
  everything else, or a picture would only have to call itself an event stream.
- A part of a picture (206) cannot be judged alone: the whole exchange fails as `partial`.
- A declared picture is buffered, unless it declares more than the cap: `too-large`.
- Everything else is peeked at: the first bytes decide, since a browser shows a picture whatever its
  Content-Type says, and may load it as a script first to bring it into its cache.
- Where the adapter cannot peek, what could be shown as a picture by its looks is buffered.
"""

from enum import StrEnum

from garim_addon.exchange import Request, Response
from garim_addon.media import torrent
from garim_addon.media.sniff import undecided
from garim_addon.verdict import FailureCause

ENDLESS = (
    "text/event-stream",
    "application/grpc",
    "multipart/x-mixed-replace",
    "application/x-ndjson",
)
PICTURE_SUFFIXES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".avif",
    ".heic", ".heif", ".jxl", ".bmp", ".tif", ".tiff", ".ico",
)  # fmt: skip
PEEK_BYTES = 64
"""Bytes that tell every raster format apart (ISO BMFF brands are the longest)."""


class Screening(StrEnum):
    """What to do with a body."""

    PASS = "pass"
    PEEK = "peek"
    BUFFER = "buffer"
    TOO_LARGE = "too-large"
    PARTIAL = "partial"
    OVER_BUDGET = "over-budget"
    LISTED = "listed"


FAILED_SCREENINGS = {
    Screening.TOO_LARGE: FailureCause.TOO_LARGE,
    Screening.PARTIAL: FailureCause.PARTIAL,
    Screening.OVER_BUDGET: FailureCause.OVERLOADED,
}
"""Screenings that end in policy's fail matrix."""


def screen(request: Request, response: Response, *, cap: int, can_peek: bool = True) -> Screening:
    """Decide what to do with the body of `response`.

    Args:
        request: The request it answers.
        response: Status and headers.
        cap: Largest picture to buffer, bytes.
        can_peek: Whether the adapter can look at the first bytes before it sends the head on.
    """
    if bodyless(request, response):
        return Screening.PASS
    kind = content_type(response)
    if kind.startswith(ENDLESS) and _by_script(request):
        return Screening.PASS
    picture = kind.startswith("image/") and not kind.startswith("image/svg")
    if picture and response.status == 206:
        return Screening.PARTIAL
    if picture:
        return Screening.TOO_LARGE if length(response) > cap else Screening.BUFFER
    if can_peek:
        return Screening.PEEK
    if wants_picture(request) and length(response) <= cap:
        return Screening.BUFFER
    return Screening.PASS


def needs_more(response: Response, first: bytes) -> bool:
    """Whether too little of a body has come to tell a picture by.

    What no picture starts with is decided by its very first bytes, so that what is sent in small
    pieces (a chat, a log) is not held up.
    """
    if not first or len(first) >= PEEK_BYTES:
        return False
    coded = bool(response.headers.get("content-encoding", ""))
    return coded or undecided(first) or torrent.undecided(first)


def after_peek(response: Response, *, picture: bool, cap: int) -> Screening:
    """Decide again once the first bytes said whether it is a raster picture."""
    if not picture:
        return Screening.PASS
    if response.status == 206:
        return Screening.PARTIAL
    return Screening.TOO_LARGE if length(response) > cap else Screening.BUFFER


def wants_picture(request: Request) -> bool:
    """Whether the request looks like one for a picture (by destination, suffix or `Accept`)."""
    if request.destination == "image":
        return True
    path = request.path.partition("?")[0].lower()
    accept = (request.headers.get("accept", "") or "").lstrip().lower()
    return path.endswith(PICTURE_SUFFIXES) or accept.startswith("image/")


def content_type(response: Response) -> str:
    """The media type without parameters, lower case."""
    return (response.headers.get("content-type", "") or "").partition(";")[0].strip().lower()


def length(response: Response) -> int:
    """The declared length in bytes; 0 when none or nonsense is declared."""
    value = (response.headers.get("content-length", "") or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _by_script(request: Request) -> bool:
    return request.destination in {"", "empty"} and not wants_picture(request)


def bodyless(request: Request, response: Response) -> bool:
    """Whether a response has no body, by its head."""
    if request.method in {"HEAD", "CONNECT"} or response.status < 200:
        return True
    if response.status in {204, 205, 304}:
        return True
    return (response.headers.get("content-length", "") or "").strip() == "0"
