"""mitmproxy's objects as the values that the shield knows; nothing is decided here."""

import ipaddress
from functools import lru_cache

from mitmproxy import http, tcp, tls, udp

from garim_addon.answer import Exchange
from garim_addon.exchange import Request, Response

Tunnel = tcp.TCPFlow | udp.UDPFlow
KEY = "garim.exchange"
"""Where a flow's metadata holds its `Exchange`."""


def exchange_of(flow: http.HTTPFlow) -> Exchange | None:
    """Return what the shield keeps of a flow, if it has begun."""
    found = flow.metadata.get(KEY)
    return found if isinstance(found, Exchange) else None


def request_of(flow: http.HTTPFlow) -> Request:
    """Return the facts of a request; its host is a name where any is known."""
    request = flow.request
    host = request.pretty_host if _is_ip(request.host) else request.host
    return Request(
        request.method.upper(),
        request.scheme,
        host,
        request.port,
        request.path,
        request.headers,
        flow.client_conn.sni or "",
    )


def response_of(response: http.Response) -> Response:
    """Return the facts of a response's head."""
    return Response(response.status_code, response.headers)


def server_name(data: tls.ClientHelloData) -> str:
    """Return the name that a TLS handshake is for, or the address where it names none."""
    address = data.context.server.address
    return data.client_hello.sni or (address[0] if address else "")


def tunnel_ends(flow: Tunnel) -> tuple[tuple[str, int], ...]:
    """Return the names under which a tunnel's server is asked for, with its port."""
    address = flow.server_conn.address or ("", 0)
    names = dict.fromkeys((address[0], flow.client_conn.sni or ""))
    return tuple((name, address[1]) for name in names if name)


@lru_cache(maxsize=4096)
def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
