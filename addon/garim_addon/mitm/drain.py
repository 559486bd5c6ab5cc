"""A clean end: no new client, open exchanges finished, write buffers flushed, connections closed.

mitmproxy alone would cut every connection at once when its loop ends.
"""

import asyncio
from collections.abc import Iterator

from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy.server import ConnectionHandler

from garim_addon.mitm.exchanges import OpenExchanges

_POLL = 0.02
"""Seconds between looks at what has no event to wait for."""
_CLOSING = 1.0
"""Seconds that closed connections are given to run their last hooks."""


async def drain(proxy: Proxyserver, exchanges: OpenExchanges, grace: float) -> None:
    """Stop listening, wait up to `grace` seconds for what is open, then close everything."""
    await proxy.servers.update([])
    if grace > 0:
        try:
            async with asyncio.timeout(grace):
                await exchanges.ended()
                await _flushed(proxy)
        except TimeoutError:
            pass
    for handler in _handlers(proxy):
        client = handler.transports.get(handler.client)
        if client is not None and client.handler is not None:
            client.handler.cancel("shutdown")
    try:
        async with asyncio.timeout(_CLOSING):
            while proxy.connections:  # noqa: ASYNC110 - mitmproxy announces no end
                await asyncio.sleep(_POLL)
    except TimeoutError:
        pass


async def _flushed(proxy: Proxyserver) -> None:
    # A response counts as ended when its last byte was handed over, not when it was sent.
    await asyncio.sleep(_POLL)
    while any(map(_unsent, _handlers(proxy))):  # noqa: ASYNC110 - nor a flush
        await asyncio.sleep(_POLL)


def _unsent(handler: ConnectionHandler) -> bool:
    client = handler.transports.get(handler.client)
    transport = getattr(client.writer if client else None, "transport", None)
    return transport is not None and transport.get_write_buffer_size() > 0


def _handlers(proxy: Proxyserver) -> Iterator[ConnectionHandler]:
    yield from list(proxy.connections.values())
