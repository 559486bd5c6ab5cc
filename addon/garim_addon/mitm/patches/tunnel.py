"""Inside a CONNECT tunnel the layers that made the tunnel are left out.

In stock mitmproxy each byte of a tunnel passes the outer HTTP layer both ways as a body of the
CONNECT exchange: a quarter of the time of an HTTPS request. Once a tunnel stands, the outer layer
only translates; here the events go straight to the layer inside, as in transparent mode.

Left alone: a proxy that is itself reached over TLS, an upstream proxy, a CONNECT with a body.
One thing differs: a raw TCP tunnel is closed one direction at a time, as the peers close it.
"""

from mitmproxy.proxy import layer
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode, HttpStream
from mitmproxy.proxy.layers.http._http1 import Http1Server
from mitmproxy.proxy.layers.modes import HttpProxy

from garim_addon.mitm.patches import events
from garim_addon.mitm.patches.guard import Patch, Undo, replace

_stock_finish = HttpStream.handle_connect_finish


def _handle_connect_finish(self: HttpStream) -> layer.CommandGenerator[None]:
    yield from _stock_finish(self)  # type: ignore[no-untyped-call]
    if self.child_layer is not None and _stands(self):
        yield events.Unwrap(self.child_layer)


def _stands(self: HttpStream) -> bool:
    """Return whether the outer layers have nothing left to do but pass bytes on."""
    layers = self.context.layers[:3]
    if len(layers) != 3 or not isinstance(layers[0], HttpProxy) or layers[2] is not self:
        return False
    outer = layers[1]
    if not isinstance(outer, HttpLayer) or outer.mode is not HTTPMode.regular:
        return False
    server = outer.connections.get(self.context.client)
    return (
        self._handle_event == self.passthrough
        and isinstance(server, Http1Server)
        and server.state == server.passthrough
    )


def _install() -> Undo:
    return replace(HttpStream, "handle_connect_finish", _handle_connect_finish)


_HTTP = "mitmproxy.proxy.layers.http"

PATCH = Patch(
    name="tunnel",
    loses="each request over TLS costs about a quarter more",
    relies_on={
        f"{_HTTP}:HttpStream.handle_connect_finish": "3f8079a413ab30807d5b76128b4927d3",
        f"{_HTTP}:HttpStream.handle_connect": "b37656f1f37810c1abcab0c165fdef8d",
        f"{_HTTP}:HttpStream.passthrough": "e4f8075246da41ac7422a503b01f6bc4",
        f"{_HTTP}:HttpLayer": "8527210a44d82051ff8f356d82c46ef4",
        f"{_HTTP}._http1:Http1Connection": "f1baf01fd2addd7ddad09b01f7b65b6d",
        f"{_HTTP}._http1:Http1Server": "03bdedb29b70b1fcbf92cfac41fa328c",
        "mitmproxy.proxy.layers.modes:HttpProxy": "1643d71cc84198db7fd04bc33ee30325",
    },
    install=_install,
    needs=events.PATCH,
)
