"""Which streams are hashed for the lists of files, and how much of them is withheld to the end.

A stream's digest is known only at its end, so a piece of it is kept back until then: the copy that
arrives of a listed file is not complete.

Rules:
- What comes whole is hashed, of whatever type; a part (206) has no digest of the file.
- Of a file (a download, a film, an archive) the last 64 KiB are withheld, so that what arrives is
  of less use than a file without its last byte. It does not matter to anybody when they come.
- Of what pages are made of, and of what has no declared length, as little as possible is withheld:
  pages are shown while they come, and programs talk over streams that never end.
- What streams for ever (events, gRPC) passes untouched.

Weakness: `Content-Encoding`. What travels is hashed; the file within is not unpacked in the process
that holds the CA key. And without a declared length all of a page's bytes have gone when it ends:
then only the end of the message is missing.
"""

from enum import StrEnum

from garim_addon.exchange import Request, Response
from garim_addon.media.screen import ENDLESS, bodyless, content_type, length

TAIL_BYTES = 64 << 10
_PAGE_TYPES = (
    "text/",
    "font/",
    "multipart/",
    "application/javascript",
    "application/x-javascript",
    "application/ecmascript",
    "application/json",
    "application/xml",
    "application/xhtml",
    "application/font",
    "application/manifest",
    "application/x-ndjson",
    "application/wasm",
    "image/svg",
)
_PAGE_SUFFIXES = ("+json", "+xml")
_FILE_TYPES = (
    "audio/",
    "video/",
    "image/",
    "application/pdf",
    "application/zip",
    "application/x-7z",
    "application/x-rar",
    "application/vnd.rar",
    "application/x-tar",
    "application/gzip",
)


class Withheld(StrEnum):
    """What is kept back until the digest is known."""

    TAIL = "tail"
    """The last `TAIL_BYTES`."""
    LAST = "last"
    """The piece that reaches the declared length."""
    NEWEST = "newest"
    """The newest piece, since any may be the last."""
    END = "end"
    """Only the end of the message."""


def hashed(request: Request, response: Response) -> bool:
    """Whether the body of a response that streams is hashed."""
    if response.status == 206 or bodyless(request, response):
        return False
    return not content_type(response).startswith(ENDLESS)


def withheld(request: Request, response: Response) -> Withheld:
    """Say what is kept back of a body that is hashed."""
    kind = content_type(response)
    attached = _attached(response)
    page = not kind or kind.startswith(_PAGE_TYPES) or kind.endswith(_PAGE_SUFFIXES)
    if length(response):
        return Withheld.LAST if page and not attached else Withheld.TAIL
    if attached or kind.startswith(_FILE_TYPES):
        return Withheld.NEWEST
    by_program = request.destination in {"", "empty"}
    return Withheld.END if page or by_program else Withheld.NEWEST


def _attached(response: Response) -> bool:
    disposition = response.headers.get("content-disposition", "") or ""
    return disposition.strip().lower().startswith("attachment")
