"""Bodies that are not held: as they come, through a filter, or swallowed.

Rules:
- What a filter raises ends in policy's failure action, never in mitmproxy's default.
"""

from collections.abc import Callable, Iterable

from mitmproxy import http

from garim_addon.answer import Exchange
from garim_addon.judge.stream import Download
from garim_addon.mitm.facts import response_of
from garim_addon.shield import Shield


def stream(shield: Shield, flow: http.HTTPFlow, exchange: Exchange) -> None:
    """Let a body pass as it comes, hashed on its way where lists name files."""
    if flow.response is None:
        return
    watched = shield.stream(exchange, response_of(flow.response))
    download = exchange.download if watched else None
    flow.response.stream = True if download is None else _guarded(shield, flow, download)


def _guarded(
    shield: Shield, flow: http.HTTPFlow, download: Download
) -> Callable[[bytes], list[bytes]]:
    def take(piece: bytes) -> list[bytes]:
        try:
            return download(piece)
        except Exception as error:  # noqa: BLE001 - mitmproxy would only log it
            shield.hook_failed("stream", error)
        if flow.response is not None and shield.internal_error_passes():
            flow.response.stream = True
            return download.give_up(piece)
        download.stopped = True
        return []

    return take


class Swallow:
    """Streams a replacement, drops what the server sends: for want of the `bodies` patch."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __call__(self, _chunk: bytes) -> Iterable[bytes]:
        """Return the replacement in place of the first chunk, and nothing after it."""
        body, self._body = self._body, b""
        return [body] if body else []
