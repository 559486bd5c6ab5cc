import asyncio

import pytest
from mitmproxy.proxy.layers.modes import HttpProxy

pytestmark = pytest.mark.usefixtures("no_crash")


async def page(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


@pytest.fixture(autouse=True)
def hello(origin):
    origin.pages["/"] = page


class Tops:
    """Looks at the top layer of each connection when a response comes."""

    def __init__(self):
        self.host = None
        self.seen = []

    def response(self, flow):
        handler = self.host.proxy.connections[flow.client_conn.id]
        self.seen.append(isinstance(handler.layer, HttpProxy))


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
async def test_inside_a_tunnel_the_outer_layers_are_left_out(start, origin, version):
    tops = Tops()
    proxy = await start(tops)
    tops.host = proxy.host
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}/")).body == b"hi"
    assert (await proxy.curl(f"https://localhost:{origin.tls_port}/", version)).body == b"hi"
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}/", "-p")).body == b"hi"
    assert tops.seen == [True, False, False]


async def connect(proxy, port, extra=b""):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n" % port + extra)
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def test_a_raw_tunnel_is_closed_one_direction_at_a_time(start, origin):
    async def echo_at_end(reader, writer):
        writer.write(b"got " + await reader.read())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo_at_end, "127.0.0.1", 0)
    proxy = await start()
    reader, writer = await connect(proxy, server.sockets[0].getsockname()[1])
    writer.write(b"\x00\x01raw")
    writer.write_eof()
    assert await asyncio.wait_for(reader.read(), 10) == b"got \x00\x01raw"
    writer.close()
    await writer.wait_closed()
    server.close()


async def test_bytes_that_come_with_the_connect_are_not_lost(start, origin):
    proxy = await start()
    request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    reader, writer = await connect(proxy, origin.port, request)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(2) == b"hi"
    writer.close()
    await writer.wait_closed()


async def test_a_connect_with_a_body_keeps_the_outer_layers(start, origin):
    proxy = await start()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nContent-Length: 4\r\n\r\nbo" % origin.port)
    await asyncio.sleep(0.1)
    writer.write(b"dyGET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    replies = b""
    while not replies.endswith(b"hi"):
        chunk = await asyncio.wait_for(reader.read(4096), 10)
        assert chunk
        replies += chunk
    assert replies.count(b" 200 ") == 2
    writer.close()
    await writer.wait_closed()


async def test_a_refused_connect_is_answered_and_the_outer_layers_stay(start, origin):
    from mitmproxy import http

    class Refuse:
        def http_connect(self, flow):
            flow.response = http.Response.make(403, b"no")

    proxy = await start(Refuse())
    reply = await proxy.curl(f"https://localhost:{origin.tls_port}/")
    assert reply.exit == 56
    assert origin.seen == []


async def test_a_client_or_server_that_goes_ends_both_connections(start, origin, until):
    async def leaves(path, reader, writer):
        writer.transport.abort()

    origin.pages["/leaves"] = leaves
    proxy = await start()
    reply = await proxy.curl(f"https://localhost:{origin.tls_port}/leaves")
    assert reply.status == 502
    await until(lambda: not proxy.host.proxy.connections)
