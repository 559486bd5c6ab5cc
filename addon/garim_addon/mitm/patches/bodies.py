"""A response body can be looked at before its headers are sent, and cut when it grows too long.

The addon speaks through `flow.metadata` in `responseheaders` (without setting `stream`):

- `PEEK: True`: the first bytes of the body (or its end) are offered to the hook `response_peek` in
  `flow.metadata[HEAD]` before anything is sent. Then `flow.response.stream` decides as usual.
- `CAP: int`: once more than so many bytes are buffered, the hook `response_over_cap` decides, with
  the first of them in `flow.metadata[HEAD]` and their number in `flow.metadata[SIZE]`: set
  `flow.response.stream` (what is buffered is sent, the rest streams), set a larger `CAP`, or cut.
  Deciding nothing is a failure: the exchange is killed.
- `CUT: True`, set in one of the two hooks or in `responseheaders`, or putting another object into
  `flow.response` in one of the two hooks: that response is sent at once and the rest of the
  upstream body is dropped (HTTP/2 stream reset, HTTP/1 connection closed).

Both hooks may wait; only their own exchange waits with them. `flow.kill()` works in both.
`response_peek` is not called for a response that has no body by its headers.
"""

from dataclasses import dataclass

from mitmproxy import flow as mitm_flow
from mitmproxy import http
from mitmproxy.proxy import layer
from mitmproxy.proxy.commands import StartHook
from mitmproxy.proxy.layers.http import DropStream, HttpStream, SendHttp
from mitmproxy.proxy.layers.http._events import (
    ErrorCode,
    HttpEvent,
    RequestProtocolError,
    ResponseData,
    ResponseEndOfMessage,
    ResponseHeaders,
    ResponseProtocolError,
)
from mitmproxy.proxy.layers.http._hooks import HttpErrorHook

from garim_addon.mitm.patches.guard import Patch, Undo, replace_all

PEEK, HEAD, CAP, CUT = "garim.peek", "garim.head", "garim.cap", "garim.cut"
SIZE = "garim.size"
HEAD_BYTES = 4096
"""Bytes of a buffered body that `HEAD` shows."""

type _Commands = layer.CommandGenerator[None]


@dataclass
class ResponsePeekHook(StartHook):  # type: ignore[no-untyped-call]
    """The first bytes of a body are there; nothing was sent yet.

    Attributes:
        flow: The exchange; `flow.metadata[HEAD]` holds the bytes as they came, still encoded.
    """

    name = "response_peek"
    flow: http.HTTPFlow


@dataclass
class ResponseOverCapHook(StartHook):  # type: ignore[no-untyped-call]
    """More of a body is buffered than `flow.metadata[CAP]` allows; nothing was sent yet."""

    name = "response_over_cap"
    flow: http.HTTPFlow


_stock_wait = HttpStream.state_wait_for_response_headers
_stock_consume = HttpStream.state_consume_response_body


def _wait_for_headers(self: HttpStream, event: ResponseHeaders) -> _Commands:
    yield from _stock_wait(self, event)
    if event.end_stream:
        self.flow.metadata.pop(PEEK, None)


def _consume(self: HttpStream, event: HttpEvent) -> _Commands:
    metadata = self.flow.metadata
    if metadata.get(CUT):
        yield from _cut(self, event)
    elif metadata.pop(PEEK, False):
        yield from _peek(self, event)
    elif isinstance(event, ResponseData) and CAP in metadata:
        self.response_body_buf += event.data
        if len(self.response_body_buf) > metadata[CAP]:
            yield from _over_cap(self, event)
    else:
        yield from _stock_consume(self, event)


def _peek(self: HttpStream, event: HttpEvent) -> _Commands:
    metadata, response = self.flow.metadata, self.flow.response
    metadata[HEAD] = event.data if isinstance(event, ResponseData) else b""
    yield ResponsePeekHook(self.flow)
    if (yield from _killed(self, event)):
        return
    if metadata.get(CUT) or self.flow.response is not response:
        yield from _cut(self, event)
    elif isinstance(event, ResponseData) and response is not None and response.stream:
        yield from self.start_response_stream()
        yield from self.state_stream_response_body(event)
    else:
        yield from _consume(self, event)


def _over_cap(self: HttpStream, event: ResponseData) -> _Commands:
    metadata, response = self.flow.metadata, self.flow.response
    cap = metadata.pop(CAP)
    metadata[SIZE] = len(self.response_body_buf)
    metadata[HEAD] = bytes(self.response_body_buf)[:HEAD_BYTES] if cap < HEAD_BYTES else b""
    yield ResponseOverCapHook(self.flow)
    if (yield from _killed(self, event)):
        return
    if metadata.get(CUT) or self.flow.response is not response:
        yield from _cut(self, event)
    elif response is not None and response.stream:
        body = bytes(self.response_body_buf)
        self.response_body_buf.clear()  # type: ignore[no-untyped-call]
        yield from self.start_response_stream()
        yield from self.state_stream_response_body(ResponseData(self.stream_id, body))
    elif metadata.get(CAP, 0) <= cap:
        yield from _kill(self, event)


def _cut(self: HttpStream, event: HttpEvent) -> _Commands:
    self.response_body_buf.clear()  # type: ignore[no-untyped-call]
    yield from _reset_upstream(self, event)
    uploading = self.client_state != self.state_done
    yield from self.send_response()
    if uploading and self.client_state != self.state_errored:
        # The request is not complete yet and never will be needed: answer now, ignore the rest.
        yield DropStream(self.stream_id)
        yield SendHttp(ResponseEndOfMessage(self.stream_id), self.context.client)
    self.flow.live = False
    self.client_state = self.server_state = self.state_errored


def _killed(self: HttpStream, event: HttpEvent) -> layer.CommandGenerator[bool]:
    killed = yield from self.check_killed(emit_error_hook=True)
    if killed:
        yield from _reset_upstream(self, event)
    return killed


def _kill(self: HttpStream, event: HttpEvent) -> _Commands:
    self.flow.error = mitm_flow.Error("No decision on a body over its cap.")
    yield HttpErrorHook(self.flow)
    yield SendHttp(
        ResponseProtocolError(self.stream_id, "killed", ErrorCode.KILL), self.context.client
    )
    yield from _reset_upstream(self, event)
    self.flow.live = False
    self.client_state = self.server_state = self.state_errored


def _reset_upstream(self: HttpStream, event: HttpEvent) -> _Commands:
    """Stop the server's sending, unless it has ended already (the connection can be used again)."""
    last = (event, *self._paused_event_queue)
    if not any(isinstance(each, ResponseEndOfMessage | ResponseProtocolError) for each in last):
        yield SendHttp(
            RequestProtocolError(self.stream_id, "cut", ErrorCode.CANCEL), self.context.server
        )


def _install() -> Undo:
    return replace_all(
        (HttpStream, "state_wait_for_response_headers", _wait_for_headers),
        (HttpStream, "state_consume_response_body", _consume),
    )


_HTTP = "mitmproxy.proxy.layers.http"

PATCH = Patch(
    name="bodies",
    loses="unlabelled bodies are buffered to be judged, and buffered bodies have no upper bound",
    relies_on={
        f"{_HTTP}:HttpStream": "2a3d2e3a0591470c1fb1e5f1d9339c35",
        f"{_HTTP}:HttpStream.state_wait_for_response_headers": "bfbd050d2403b8d99db5d7c36d9ec6a9",
        f"{_HTTP}:HttpStream.state_consume_response_body": "42f99e219689552e556f9417262fe600",
        f"{_HTTP}._http1:Http1Client.send": "0ceaacda18de954388707aa152d4d710",
        f"{_HTTP}._http1:Http1Server.send": "c681343a785bfa882f380a408e7b092a",
        f"{_HTTP}._http2:Http2Connection._handle_event": "42f7b024f35d99164baa81f8fcf061ad",
    },
    install=_install,
)
