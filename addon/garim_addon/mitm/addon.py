"""mitmproxy's hooks onto the shield: translation only, no decision is made here.

Rules:
- Every hook is guarded: an exception of ours ends in policy's failure action for that exchange and
  never in mitmproxy's default, which is to let the exchange go on.
- A body is held only when the shield says so; everything else streams.
- What the shield did not see the end of (errors, disconnects) still gives back what it held.
"""

import asyncio
import contextlib
from typing import Any

from mitmproxy import connection, ctx, http, tcp, tls, udp

from garim_addon.act.rewrite import without_alternatives
from garim_addon.answer import Answer, Exchange
from garim_addon.decide.action import Action
from garim_addon.decide.learned import Cause
from garim_addon.media.screen import FAILED_SCREENINGS, PEEK_BYTES, Screening, needs_more
from garim_addon.mitm import answers, facts
from garim_addon.mitm.facts import exchange_of, response_of
from garim_addon.mitm.failsafe import guarded
from garim_addon.mitm.memory import Housekeeping
from garim_addon.mitm.patches.bodies import CAP, CUT, HEAD, PEEK, SIZE
from garim_addon.mitm.streams import Swallow, stream
from garim_addon.shield import Shield

_TICK = 1.0
"""Seconds between looks at the policy file and the lists."""
_LAST_WORD = 0.5
"""Seconds that a client is given to read why, before its connection is closed."""


def _failed(hook: str, args: tuple[Any, ...], error: Exception) -> None:
    """An exception in a hook: policy's failure action; `guarded` kills the flow if this fails."""
    addon, subject = args
    addon.shield.hook_failed(hook, error)
    if isinstance(subject, http.HTTPFlow):
        addon.fail_closed(subject)
    elif isinstance(subject, facts.Tunnel) and not addon.shield.internal_error_passes():
        subject.server_conn.error = "not judged"


class ShieldAddon:
    """The mitmproxy addon. `shield.can_peek` must say whether the peek patch is in force."""

    def __init__(self, shield: Shield) -> None:
        self.shield = shield
        self._ticker: asyncio.Task[None] | None = None

    def running(self) -> None:
        """Start to follow the policy file."""
        self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def done(self) -> None:
        """Stop following it."""
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker

    @guarded(_failed)
    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        """Pass-through is decided before anything is decrypted."""
        name = facts.server_name(data)
        if name and self.shield.gate.passes_through(name):
            data.ignore_connection = True

    @guarded(_failed)
    def tls_failed_client(self, data: tls.TlsData) -> None:
        """A client that refuses our certificate is left alone next time."""
        # One that only went away (a stopped page, a spare connection) said nothing against us.
        if data.conn.sni and " alert " in (data.conn.error or ""):
            self.shield.gate.learn(data.conn.sni, Cause.CLIENT_REFUSED)

    @guarded(_failed)
    def tls_failed_server(self, data: tls.TlsData) -> None:
        """A doubtful upstream certificate: next time the browser sees it itself."""
        address = data.context.server.address
        name = data.conn.sni or (address[0] if address else "")
        # The browser's next try must come by a new connection: only those can be tunnelled.
        asyncio.get_running_loop().call_later(_LAST_WORD, _hang_up, data.context.client)
        if name:
            self.shield.gate.learn(name, Cause.UPSTREAM_DOUBTFUL)

    @guarded(_failed)
    def tcp_start(self, flow: tcp.TCPFlow) -> None:
        """Make no connection to a listed host for a tunnel in which nobody speaks HTTP."""
        self._tunnel(flow)

    @guarded(_failed)
    def udp_start(self, flow: udp.UDPFlow) -> None:
        """The same for datagrams."""
        self._tunnel(flow)

    @guarded(_failed)
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Refuse listed addresses; remove what would let a picture by unseen."""
        exchange = self.shield.begin(facts.request_of(flow))
        flow.metadata[facts.KEY] = exchange
        if exchange.page is not None:
            flow.response = answers.page_response(exchange.page, head=flow.request.method == "HEAD")
            return
        for name in exchange.stripped:
            flow.request.headers.pop(name, None)
        flow.request.stream = True

    @guarded(_failed)
    async def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Hold, peek or stream."""
        exchange = exchange_of(flow)
        if flow.response is None:
            return
        if exchange is not None and exchange.page is not None:
            if exchange.refusal is not None:
                await self.shield.answering.draw(exchange)
                flow.response = answers.page_response(exchange.page)
            return
        if exchange is None:  # `begin` failed, and policy let it go on: unseen, but not held either
            flow.response.stream = True
            return
        flow.response.headers.fields = without_alternatives(flow.response.headers.fields)
        screening = self.shield.head(exchange, response_of(flow.response))
        await self._screened(flow, exchange, screening)

    @guarded(_failed)
    async def response_peek(self, flow: http.HTTPFlow) -> None:
        """The first bytes of a body that was not declared a picture."""
        first = flow.metadata.get(HEAD, b"")
        if flow.response is not None and needs_more(response_of(flow.response), first):
            # A server that sends a byte at a time: hold until there is enough to tell.
            flow.metadata[CAP] = PEEK_BYTES
            return
        await self._peeked(flow, first)

    @guarded(_failed)
    async def response_over_cap(self, flow: http.HTTPFlow) -> None:
        """A held body grew past what was reserved for it, or is long enough to be peeked at."""
        exchange = exchange_of(flow)
        if exchange is None or flow.response is None:
            return
        if exchange.held is None:
            await self._peeked(flow, flow.metadata.get(HEAD, b""))
            return
        cause = self.shield.grow(exchange, flow.metadata.get(SIZE, 0))
        if cause is None:
            flow.metadata[CAP] = self.shield.next_cap(exchange)
            return
        answer = await self.shield.fail(exchange, cause)
        self.shield.end(exchange)
        self._answer_early(flow, exchange, answer)

    @guarded(_failed)
    async def response(self, flow: http.HTTPFlow) -> None:
        """Judge what was held."""
        exchange = exchange_of(flow)
        if exchange is not None and exchange.download is not None and exchange.download.stopped:
            answers.apply(flow, Answer(Action.CUT))
            return
        if exchange is None or exchange.held is None or flow.response is None:
            return
        try:
            body = flow.response.raw_content or b""
            if exchange.held.size and body:
                facts = response_of(flow.response)
                answers.apply(flow, await self.shield.judge(exchange, facts, body))
        finally:
            self.shield.end(exchange)

    def error(self, flow: http.HTTPFlow) -> None:
        """The exchange broke off."""
        exchange = exchange_of(flow)
        if exchange is not None:
            self.shield.end(exchange)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Messages are not kept: mitmproxy would hold them as long as the socket lives."""
        if flow.websocket is not None:
            del flow.websocket.messages[:-1]

    def fail_closed(self, flow: http.HTTPFlow) -> None:
        """Carry out policy's action for an internal error, by nothing that could fail again."""
        exchange = exchange_of(flow)
        if exchange is not None:
            self.shield.end(exchange)
        if self.shield.internal_error_passes():
            if flow.response is not None and not flow.response.raw_content:
                flow.response.stream = True
            return
        if flow.killable:
            flow.kill()  # type: ignore[no-untyped-call]

    def _tunnel(self, flow: facts.Tunnel) -> None:
        refuses = self.shield.gate.refuses_tunnel
        if any(refuses(name, port) for name, port in facts.tunnel_ends(flow)):
            flow.server_conn.error = "listed"  # mitmproxy does not connect then

    async def _peeked(self, flow: http.HTTPFlow, first: bytes) -> None:
        exchange = exchange_of(flow)
        if exchange is not None and flow.response is not None:
            screening = self.shield.peek(exchange, response_of(flow.response), first)
            await self._screened(flow, exchange, screening)

    async def _screened(
        self, flow: http.HTTPFlow, exchange: Exchange, screening: Screening
    ) -> None:
        if flow.response is None:
            return
        if screening is Screening.BUFFER:
            flow.metadata[CAP] = self.shield.next_cap(exchange)
        elif screening is Screening.PEEK:
            flow.metadata[PEEK] = True
        elif screening is Screening.LISTED:
            await self.shield.answering.draw(exchange)
            self._answer_early(flow, exchange, Answer(Action.REFUSE, page=exchange.page))
        elif screening in FAILED_SCREENINGS:
            answer = await self.shield.fail(exchange, FAILED_SCREENINGS[screening])
            self._answer_early(flow, exchange, answer)
        else:
            stream(self.shield, flow, exchange)

    def _answer_early(self, flow: http.HTTPFlow, exchange: Exchange, answer: Answer) -> None:
        """Answer before the body is there: what still comes of it is dropped."""
        if flow.response is None:
            return
        if answer.action is Action.PASS:
            stream(self.shield, flow, exchange)
            return
        answers.apply(flow, answer)
        if self.shield.can_peek:
            flow.metadata[CUT] = True
        else:
            flow.response.stream = Swallow(flow.response.raw_content or b"")

    async def _tick(self) -> None:
        housekeeping = Housekeeping()
        while True:
            await asyncio.sleep(_TICK)
            self.shield.refresh()
            housekeeping.look(self.shield.budget.returned)


def _hang_up(client: connection.Client) -> None:
    """Close a client's connection, wherever mitmproxy keeps it."""
    proxy: Any = ctx.master.addons.get("proxyserver")  # type: ignore[no-untyped-call]
    for handler in tuple(proxy.connections.values()) if proxy is not None else ():
        transport = handler.transports.get(client) if handler.client is client else None
        if transport is not None and transport.writer is not None:
            transport.writer.close()
