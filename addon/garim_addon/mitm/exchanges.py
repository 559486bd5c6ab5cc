"""Which exchanges are open, so that a shutdown can wait for them.

Flows are held weakly: one whose end mitmproxy never announces is forgotten with the flow itself.
"""

import asyncio
import weakref

from mitmproxy import http


class OpenExchanges:
    """mitmproxy addon that knows the HTTP exchanges in flight.

    A WebSocket counts as ended once it is open: nobody waits for it at shutdown.
    """

    def __init__(self) -> None:
        self._open: weakref.WeakSet[http.HTTPFlow] = weakref.WeakSet()
        self._idle = asyncio.Event()
        self._idle.set()
        self._waiting = False

    def __len__(self) -> int:
        return len(self._open)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Count an exchange in."""
        self._open.add(flow)

    def response(self, flow: http.HTTPFlow) -> None:
        """Count an exchange out."""
        self._end(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Count a broken exchange out."""
        self._end(flow)

    async def ended(self) -> None:
        """Wait until no exchange is open."""
        self._waiting = True
        while self._open:
            self._idle.clear()
            await self._idle.wait()

    def _end(self, flow: http.HTTPFlow) -> None:
        self._open.discard(flow)
        if self._waiting and not self._open:
            self._idle.set()
