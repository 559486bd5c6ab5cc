"""Which headers change when a picture is replaced, or when a picture is wanted whole. Pure.

Rules:
- What describes the original's bytes goes: codings, lengths, ranges, validators, digests,
  signatures, trailers, and the offer to use it as a compression dictionary.
- What describes its life in caches goes; the placeholder is `no-store`, so that a picture is back
  at once when it is allowed again.
- What the page's other rights hang on stays as it was: CORS, CORP, Timing-Allow-Origin, Vary,
  cookies, policies. A `Content-Disposition` stays too: a download stays a download.
- Nothing is added that would tell a page that Garim is here.
- A part (206) becomes a whole (200), and so does "unchanged" (304), which would show what the
  browser kept; every other status stays, since browsers show the picture of an error answer too.
- Fields are pairs of bytes as they travel; names are compared without case, order is kept.
"""

from collections.abc import Iterable

from garim_addon.exchange import Headers

type Fields = tuple[tuple[bytes, bytes], ...]

DESCRIBES_BYTES = frozenset({
    b"accept-ranges", b"content-digest", b"content-encoding", b"content-length", b"content-md5",
    b"content-range", b"content-type", b"digest", b"etag", b"last-modified", b"repr-digest",
    b"signature", b"signature-input", b"trailer", b"transfer-encoding", b"use-as-dictionary",
})  # fmt: skip
DESCRIBES_CACHING = frozenset({
    b"age", b"cache-control", b"cdn-cache-control", b"expires", b"pragma", b"surrogate-control",
})  # fmt: skip
ALTERNATIVES = frozenset({b"alt-svc"})
"""Would move the browser to QUIC, past the proxy."""

CONDITIONALS = ("if-none-match", "if-modified-since")
"""Would be answered by 304, and the browser would show what it cached unseen."""
RANGES = ("range", "if-range")
"""Would be answered by a part, which cannot be judged."""

_BECOME_WHOLE = frozenset({206, 304})
_REMOVED = DESCRIBES_BYTES | DESCRIBES_CACHING | ALTERNATIVES


def replaced(
    status: int, fields: Iterable[tuple[bytes, bytes]], *, length: int, mime: str
) -> tuple[int, Fields]:
    """Return status and header fields of a response whose picture was replaced.

    Args:
        status: The original's status.
        fields: The original's header fields.
        length: Bytes of the placeholder.
        mime: Its type.
    """
    kept = tuple(field for field in fields if field[0].lower() not in _REMOVED)
    own = (
        (b"content-type", mime.encode("ascii")),
        (b"content-length", b"%d" % length),
        (b"cache-control", b"no-store"),
    )
    return 200 if status in _BECOME_WHOLE else status, kept + own


def without_alternatives(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    """Return the fields without those that lead a browser past the proxy."""
    return tuple(field for field in fields if field[0].lower() not in ALTERNATIVES)


def strip_conditionals(headers: Headers) -> tuple[str, ...]:
    """Return the names of headers to remove from a request whose cached answer has no verdict.

    `If-Match` and `If-Unmodified-Since` stay: they never end in a 304.
    """
    return _present(headers, CONDITIONALS)


def strip_range(headers: Headers) -> tuple[str, ...]:
    """Return the names of headers to remove from a request whose answer must come whole."""
    return _present(headers, RANGES)


def _present(headers: Headers, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if headers.get(name, ""))
