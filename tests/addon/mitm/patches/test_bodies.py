"""Peeking, the cap and cutting, over HTTP/1.1 and HTTP/2 on both sides."""

import asyncio

import pytest
from mitmproxy import http

from garim_addon.mitm.patches import catalogue
from garim_addon.mitm.patches.bodies import CAP, CUT, HEAD, PEEK

pytestmark = pytest.mark.usefixtures("no_crash")

CHUNK = b"0123456789abcdef" * 1024  # one HTTP/2 frame
PARTS = 24
WHOLE = CHUNK * PARTS


async def sized(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(WHOLE) + WHOLE)


async def chunked(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(PARTS):
        writer.write(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


async def until_closed(path, reader, writer):
    writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + WHOLE)
    await writer.drain()
    writer.close()


async def empty(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def empty_chunked(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")


async def no_content(path, reader, writer):
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")


async def endless(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
        await writer.drain()
        await asyncio.sleep(0.002)


async def head(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")


async def small(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


PAGES = {
    "/sized": sized,
    "/chunked": chunked,
    "/until-closed": until_closed,
    "/empty": empty,
    "/empty-chunked": empty_chunked,
    "/204": no_content,
    "/endless": endless,
    "/small": small,
    "/head": head,
}


class Addon:
    """Does to each exchange what the query says."""

    def __init__(self):
        self.events = []
        self.heads = {}
        self.go = asyncio.Event()
        self.reached = asyncio.Event()

    def note(self, hook, flow):
        self.events.append((hook, flow.request.path))

    def asks(self, flow):
        return flow.request.path.partition("?")[2].split(",")

    def responseheaders(self, flow: http.HTTPFlow):
        self.note("responseheaders", flow)
        asks = self.asks(flow)
        if any(each.startswith("peek") for each in asks):
            flow.metadata[PEEK] = True
        if any(each.startswith("cap") for each in asks):
            flow.metadata[CAP] = 100_000
        if "cut-by-headers" in asks:
            flow.response = http.Response.make(403, b"refused")
            flow.metadata[CUT] = True

    async def response_peek(self, flow: http.HTTPFlow):
        self.note("response_peek", flow)
        self.heads[flow.request.path] = flow.metadata[HEAD]
        await self.act(flow, "peek")

    async def response_over_cap(self, flow: http.HTTPFlow):
        self.note("response_over_cap", flow)
        await self.act(flow, "cap")

    async def act(self, flow, stage):
        asks = self.asks(flow)
        await asyncio.sleep(0)
        if f"{stage}-wait" in asks:
            self.reached.set()
            await self.go.wait()
        if f"{stage}-stream" in asks:
            flow.response.stream = True
        if f"{stage}-upper" in asks:
            flow.response.stream = bytes.upper
        if f"{stage}-kill" in asks:
            flow.kill()
        if f"{stage}-raise" in asks:
            raise RuntimeError("a mistake")
        if f"{stage}-larger" in asks:
            flow.metadata[CAP] = 10_000_000
        if f"{stage}-cut" in asks:
            flow.response = http.Response.make(403, b"refused", {"x-by": "garim"})
            flow.metadata[CUT] = True
        if f"{stage}-swap" in asks:
            flow.response = http.Response.make(403, b"refused", {"x-by": "garim"})

    def response(self, flow):
        self.note("response", flow)

    def error(self, flow):
        self.note("error", flow)

    def hooks(self):
        return [hook for hook, _ in self.events]


@pytest.fixture
def addon():
    return Addon()


@pytest.fixture(params=["h1", "h2-h1", "h2-h2"])
async def fetch(request, start, origin, serve_h2, addon, until):  # noqa: PLR0917
    """Fetch a page by each pair of protocols (browser's and server's side)."""
    kind = request.param
    h2_port = await serve_h2() if kind == "h2-h2" else 0
    origin.pages.update(PAGES)
    proxy = await start(addon)
    base = {
        "h1": f"http://127.0.0.1:{origin.port}",
        "h2-h1": f"https://localhost:{origin.tls_port}",
        "h2-h2": f"https://localhost:{h2_port}",
    }[kind]
    version = "--http2" if kind.startswith("h2") else "--http1.1"

    async def fetch(path, *args):
        reply = await proxy.curl(base + path, version, *args)
        if reply.exit == 0:
            assert (reply.version == "2") == kind.startswith("h2")
        return reply

    fetch.proxy, fetch.base, fetch.version = proxy, base, version

    async def stopped():
        await until(lambda: any(path.startswith("/endless") for path in origin.ended))

    fetch.stopped = stopped
    return fetch


def test_the_patch_is_in_force_for_the_pinned_version():
    assert all(catalogue.apply_all().values())


@pytest.mark.parametrize("page", ["/sized", "/chunked", "/until-closed"])
@pytest.mark.parametrize("then", ["peek", "peek-stream", "peek,cap", "peek,cap-stream"])
async def test_what_is_allowed_comes_through_unchanged(fetch, addon, page, then):
    path = f"{page}?{then}" + (",cap-larger" if then == "peek,cap" else "")
    reply = await fetch(path)
    assert (reply.exit, reply.status) == (0, 200)
    assert reply.body == WHOLE
    assert WHOLE.startswith(addon.heads[path])
    assert addon.heads[path]
    assert addon.hooks().count("response_peek") == 1
    assert addon.hooks().count("response_over_cap") == ("cap" in then)
    assert addon.hooks()[-1] == "response"


async def test_a_stream_callable_gets_the_held_bytes_too(fetch):
    assert (await fetch("/chunked?peek-upper")).body == WHOLE.upper()
    assert (await fetch("/chunked?cap-upper")).body == WHOLE.upper()


@pytest.mark.parametrize("page", ["/empty", "/204", "/head"])
async def test_what_has_no_body_is_not_peeked(fetch, addon, page):
    reply = await fetch(f"{page}?peek-stream,cap", *(["-I"] if page == "/head" else []))
    assert reply.exit == 0
    assert page == "/head" or reply.body == b""
    assert "response_peek" not in addon.hooks()


async def test_an_empty_chunked_body_offers_an_empty_head(fetch, addon):
    path = "/empty-chunked?peek-stream"
    reply = await fetch(path)
    assert (reply.exit, reply.status, reply.body) == (0, 200, b"")
    # nginx may know the length by then
    assert addon.heads.get(path, b"") == b""
    assert addon.hooks()[-1] == "response"


@pytest.mark.parametrize("how", ["peek-cut", "peek-swap", "cap-cut", "cap-swap", "cut-by-headers"])
@pytest.mark.parametrize("page", ["/sized", "/chunked", "/endless"])
async def test_a_cut_answers_at_once_and_stops_the_server(fetch, addon, page, how):
    reply = await fetch(f"{page}?{how}")
    assert (reply.exit, reply.status, reply.body) == (0, 403, b"refused")
    assert addon.hooks()[-1] == "response"
    if page == "/endless":
        await fetch.stopped()
    # The proxy goes on working.
    assert (await fetch("/small")).body == b"hi"


async def test_a_cut_leaves_the_sibling_streams_alone(fetch):
    paths = ["/sized?peek-cut", "/sized", "/endless?cap-cut", "/chunked?peek-stream", "/small"]
    urls = [fetch.base + path for path in paths]
    statuses = await fetch.proxy.together(urls, fetch.version)
    assert statuses == [403, 200, 403, 200, 200]


@pytest.mark.parametrize("how", ["peek-kill", "cap-kill", "cap"])
async def test_a_kill_or_no_decision_sends_nothing(fetch, addon, how):
    """`cap` alone: nobody decides on a body over its cap."""
    reply = await fetch(f"/endless?{how}")
    assert reply.exit != 0
    assert reply.body == b""
    assert "error" in addon.hooks()
    await fetch.stopped()
    assert (await fetch("/small")).body == b"hi"


async def test_a_mistake_in_the_cap_hook_does_not_fail_open(fetch):
    reply = await fetch("/endless?cap-raise")
    assert reply.exit != 0
    assert reply.body == b""


@pytest.mark.parametrize("stage", ["peek", "cap"])
@pytest.mark.parametrize("then", ["stream", "cut", "swap"])
async def test_a_client_that_goes_while_a_hook_waits(fetch, addon, stage, then, until):
    task = asyncio.create_task(fetch(f"/endless?{stage}-wait,{stage}-{then}", "-m", "1"))
    await addon.reached.wait()
    reply = await task
    assert reply.exit == 28
    addon.go.set()
    await fetch.stopped()
    await until(lambda: "error" in addon.hooks())
    assert (await fetch("/small")).body == b"hi"


async def test_the_whole_body_arrives_while_a_hook_waits(fetch, addon):
    task = asyncio.create_task(fetch("/sized?peek-wait,peek-stream"))
    await addon.reached.wait()
    await asyncio.sleep(0.2)
    addon.go.set()
    assert (await task).body == WHOLE


async def test_a_cut_after_the_whole_body_arrived(fetch, addon, origin):
    task = asyncio.create_task(fetch("/sized?peek-wait,peek-cut"))
    await addon.reached.wait()
    await asyncio.sleep(0.2)
    addon.go.set()
    assert (await task).body == b"refused"


async def test_a_server_that_breaks_while_a_hook_waits(fetch, addon, origin):
    async def breaks(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + CHUNK)
        await writer.drain()
        writer.transport.abort()

    origin.pages["/breaks"] = breaks
    task = asyncio.create_task(fetch("/breaks?peek-wait,peek-stream"))
    await addon.reached.wait()
    await asyncio.sleep(0.2)
    addon.go.set()
    assert (await task).exit != 0
    assert "error" in addon.hooks()
    # ... and a cut is still answered whole.
    addon.go.clear()
    addon.reached.clear()
    task = asyncio.create_task(fetch("/breaks?peek-wait,peek-cut"))
    await addon.reached.wait()
    await asyncio.sleep(0.2)
    addon.go.set()
    reply = await task
    assert (reply.exit, reply.body) == (0, b"refused")


async def test_a_cut_while_the_request_is_still_being_sent(start, origin, addon):
    """An origin may answer before it has read the whole upload."""

    async def early(path, reader, writer):
        await endless(path, reader, writer)

    origin.pages["/early"] = early
    origin.pages.update(PAGES)

    class StreamUp:
        def requestheaders(self, flow):
            flow.request.stream = True

    proxy = await start(StreamUp(), addon)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    host = f"http://127.0.0.1:{origin.port}"
    writer.write(
        f"POST {host}/early?peek-cut HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n".encode()
        + b"12345"
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 403")
    assert await reader.readexactly(7) == b"refused"
    writer.write(f"67890GET {host}/small HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()


async def test_without_metadata_nothing_changes(fetch, addon):
    assert (await fetch("/sized")).body == WHOLE
    assert (await fetch("/chunked")).body == WHOLE
    assert addon.hooks() == ["responseheaders", "response"] * 2
