"""The shield behind the real embedded proxy, over real sockets; only the inspectors are a fake."""

import asyncio
import base64
import gzip
import hashlib
import ssl

import pytest
from mitmproxy import hooks
from mitmproxy.test import tflow
from shield_house import CLEAN, HOME, LISTED_HOST, PNG, SCHOOL, SURE, TEXT

from garim_addon.exchange import Request
from garim_addon.mitm.addon import ShieldAddon
from garim_addon.verdict import FailureCause, Inspection

CARD = b"placeholder"
GZIPPED_PNG = gzip.compress(PNG, mtime=0)
LARGE = PNG + bytes(2_000_000)


def page(body, mime="image/png", *more, status="200 OK"):
    """A page with a declared length."""
    fields = [f"Content-Type: {mime}", f"Content-Length: {len(body)}", *more]

    async def serve(path, reader, writer):
        writer.write(f"HTTP/1.1 {status}\r\n{'\r\n'.join(fields)}\r\n\r\n".encode() + body)

    return serve


def chunked(body, mime="image/png", step=65_536):
    async def serve(path, reader, writer):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        for at in range(0, len(body), step):
            piece = body[at : at + step]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            await asyncio.sleep(0)
        writer.write(b"0\r\n\r\n")

    return serve


def until_closed(body, mime="image/png"):
    async def serve(path, reader, writer):
        writer.write(f"HTTP/1.0 200 OK\r\nContent-Type: {mime}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    return serve


async def eventually(happened):
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)


class Browsing:
    """A proxy with a house behind it, and an origin."""

    def __init__(self, house, proxy, origin):
        self.house, self.proxy, self.origin = house, proxy, origin

    async def get(self, serve, *args, path="/a", tls=False):
        self.origin.pages[path] = serve
        where = f"https://localhost:{self.origin.tls_port}" if tls else self.base
        return await self.proxy.curl(where + path, *args)

    @property
    def base(self):
        return f"http://127.0.0.1:{self.origin.port}"

    @property
    def held(self):
        return self.house.shield.budget.held

    async def raw(self):
        return await asyncio.open_connection("127.0.0.1", self.proxy.port)


@pytest.fixture
def browse(build, start, origin):
    async def browse(policy=HOME, answer=CLEAN, **settings):
        house = build(policy)
        house.pool.answer = answer
        return Browsing(house, await start(ShieldAddon(house.shield), **settings), origin)

    return browse


GZIPPED = ("Content-Encoding: gzip",)
WAYS = {
    "declared": page(PNG),
    "gzip": page(GZIPPED_PNG, "image/png", *GZIPPED),
    "mislabelled": page(PNG, "text/html"),
    "mislabelled-gzip": page(GZIPPED_PNG, "text/html", *GZIPPED),
    "unlabelled": page(PNG, ""),
    "chunked": chunked(PNG),
    "chunked-mislabelled": chunked(PNG, "text/plain", 700),
    "a-byte-at-a-time": chunked(PNG, "text/plain", 1),
    "until-closed": until_closed(PNG),
    "until-closed-mislabelled": until_closed(PNG, "application/octet-stream"),
    "error-page": page(PNG, status="404 Not Found"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_condemned_picture_is_replaced_however_it_comes(browse, way):
    browsing = await browse(answer=SURE)
    reply = await browsing.get(WAYS[way])
    assert (reply.exit, reply.body) == (0, CARD)
    assert reply.status == (404 if way == "error-page" else 200)
    assert "content-type: image/png" in reply.headers
    assert "content-length: 11" in reply.headers
    assert "cache-control: no-store" in reply.headers
    assert "content-encoding" not in reply.headers
    assert "transfer-encoding" not in reply.headers
    assert browsing.held == 0


@pytest.mark.parametrize("way", WAYS)
async def test_an_innocent_picture_comes_through_as_it_was(browse, way):
    browsing = await browse(SCHOOL)
    reply = await browsing.get(WAYS[way])
    body = GZIPPED_PNG if "gzip" in way else PNG
    assert (reply.exit, reply.body) == (0, body)
    assert ("content-encoding: gzip" in reply.headers) == ("gzip" in way)
    assert "no-store" not in reply.headers
    assert len(browsing.house.pool.asked) == 1
    assert browsing.held == 0


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
async def test_over_tls_the_same_holds(browse, version):
    browsing = await browse(answer=SURE)
    reply = await browsing.get(page(PNG, "image/png", 'ETag: "a"'), version, tls=True)
    assert (reply.exit, reply.status, reply.body) == (0, 200, CARD)
    assert reply.version == ("2" if version == "--http2" else "1.1")
    assert "etag" not in reply.headers
    assert browsing.held == 0


async def test_the_pages_rights_stay_and_the_way_to_quic_goes(browse):
    browsing = await browse(answer=SURE)
    fields = (
        "Access-Control-Allow-Origin: *",
        "Set-Cookie: a=b",
        'ETag: "a"',
        "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT",
        "Cache-Control: max-age=9",
        'Alt-Svc: h3=":443"',
    )
    reply = await browsing.get(page(PNG, "image/png", *fields))
    assert "access-control-allow-origin: *" in reply.headers
    assert "set-cookie: a=b" in reply.headers
    for gone in ("etag", "last-modified", "max-age", "alt-svc"):
        assert gone not in reply.headers
    # ... also of what is let through.
    reply = await browsing.get(page(TEXT, "text/html", *fields), path="/page")
    assert 'etag: "a"' in reply.headers
    assert "alt-svc" not in reply.headers


@pytest.mark.parametrize(
    "serve",
    [
        page(TEXT, "text/html"),
        chunked(TEXT, "text/html", 1),
        chunked(b"hi", "text/plain"),
        page(gzip.compress(TEXT), "text/html", *GZIPPED),
        page(gzip.compress(b"{}" * 40), "application/json", *GZIPPED),
        page(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        page(b"", "text/html"),
        until_closed(TEXT, "text/html"),
        page(bytes(3_000_000), "application/octet-stream"),
    ],
)
async def test_what_is_no_picture_is_neither_changed_nor_judged(browse, origin, serve):
    browsing = await browse(SCHOOL, Inspection(failure=FailureCause.UNDECODABLE))
    reply = await browsing.get(serve, "--http1.1")
    assert (reply.exit, reply.status) == (0, 200)
    assert b"placeholder" not in reply.body
    assert browsing.house.entries() == []
    assert browsing.held == 0


LIMITED = "[limits]\npicture_bytes = 1100000\n"


@pytest.mark.parametrize(
    "serve",
    [
        page(LARGE),
        chunked(LARGE),
        until_closed(LARGE),
        chunked(LARGE, "x/y"),
        page(LARGE, "x/y"),
    ],
)
@pytest.mark.parametrize(("policy", "passes"), [(HOME, True), (SCHOOL, False)])
async def test_a_picture_over_the_cap_is_policys_to_answer(browse, serve, policy, passes):
    browsing = await browse(policy + LIMITED)
    reply = await browsing.get(serve)
    assert (reply.exit, reply.status) == (0, 200)
    assert reply.body == (LARGE if passes else CARD)
    (entry,) = browsing.house.entries()
    assert entry.failure is FailureCause.TOO_LARGE
    assert not browsing.house.pool.asked
    assert browsing.held == 0


@pytest.mark.parametrize("passes", [True, False])
async def test_without_the_patch_an_early_answer_swallows_the_rest(browse, passes):
    browsing = await browse((HOME if passes else SCHOOL) + LIMITED)
    browsing.house.shield.can_peek = False
    reply = await browsing.get(page(LARGE))
    assert (reply.exit, reply.body) == (0, LARGE if passes else CARD)
    assert browsing.held == 0


async def test_more_bodies_than_the_budget_allows_is_overload(browse, origin):
    browsing = await browse(SCHOOL + "[limits]\nbuffer_bytes = 1500000\n")
    waits = asyncio.Event()

    async def slow(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + PNG)
        await waits.wait()
        writer.close()

    first = asyncio.create_task(browsing.get(slow, path="/slow"))
    await eventually(lambda: browsing.held)
    reply = await browsing.get(chunked(PNG), path="/b")
    assert reply.body == CARD
    assert browsing.house.entries()[0].failure is FailureCause.OVERLOADED
    waits.set()
    assert (await first).body == PNG
    assert browsing.held == 0


async def test_a_listed_host_is_never_contacted(browse, origin):
    browsing = await browse()
    reply = await browsing.proxy.curl(f"http://{LISTED_HOST}/", "-H", "Accept: text/html")
    assert reply.status == 451
    assert b"test" in reply.body
    assert origin.connections == 0
    # The name in `Host` counts as well, wherever the connection goes.
    reply = await browsing.get(page(TEXT), "-H", f"Host: {LISTED_HOST}")
    assert reply.status == 451
    assert origin.connections == 0


async def test_a_refused_head_has_no_body_and_the_connection_goes_on(browse, origin):
    browsing = await browse()
    origin.pages["/next"] = page(b"the next answer", "text/plain")
    reader, writer = await browsing.raw()
    writer.write(
        f"HEAD http://{LISTED_HOST}/ HTTP/1.1\r\nHost: {LISTED_HOST}\r\nAccept: text/html\r\n\r\n"
        f"GET {browsing.base}/next HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    async with asyncio.timeout(20):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 451")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(15) == b"the next answer"
    writer.close()
    await writer.wait_closed()


CONDITION = ("-H", 'If-None-Match: "a"')


async def test_an_unchanged_that_nobody_asked_for_is_not_shown(browse, origin):
    browsing = await browse()

    async def unchanged(path, reader, writer):
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')

    reply = await browsing.get(unchanged, *CONDITION, path="/a.png")
    assert (reply.exit, reply.status, reply.body) == (0, 200, CARD)


@pytest.mark.parametrize(("answer", "asks"), [(CLEAN, True), (SURE, False)])
async def test_a_condition_travels_only_for_what_was_seen_and_passes(browse, origin, answer, asks):
    browsing = await browse(answer=answer)
    seen = []
    await browsing.get(page(PNG, "image/png", 'ETag: "a"'), path="/a.png")

    async def listen(reader, writer):
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    # Another port is another address, so nothing is known of it.
    await browsing.proxy.curl(f"http://127.0.0.1:{port}/a.png", *CONDITION)
    assert b"if-none-match" not in seen[0].lower()
    assert browsing.house.shield.begin(_asked(browsing.origin.port, '"a"')).stripped == (
        () if asks else ("if-none-match",)
    )
    server.close()


def _asked(port, tag):
    return Request("GET", "http", "127.0.0.1", port, "/a.png", {"if-none-match": tag})


async def test_a_range_of_a_picture_is_asked_for_whole(browse):
    browsing = await browse(answer=SURE)
    heads = []

    async def listen(reader, writer):
        heads.append((await reader.readuntil(b"\r\n\r\n")).lower())
        await page(PNG)("", reader, writer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reply = await browsing.proxy.curl(f"http://127.0.0.1:{port}/a.png", "-r", "0-99")
    assert b"range" not in heads[0]
    assert (reply.status, reply.body) == (200, CARD)
    server.close()


HOOKS = {
    "begin": page(PNG),
    "head": page(PNG),
    "peek": page(PNG, "text/html"),
    "judge": page(PNG),
    "grow": chunked(LARGE),
}


@pytest.mark.parametrize("broken", HOOKS)
@pytest.mark.parametrize("passes", [True, False])
async def test_a_defect_of_ours_is_policys_to_answer(browse, monkeypatch, caplog, broken, passes):
    browsing = await browse(HOME if passes else SCHOOL)

    def fails(*args, **kwargs):
        raise RuntimeError("a defect")

    monkeypatch.setattr(browsing.house.shield, broken, fails)
    reply = await browsing.get(HOOKS[broken])
    if passes:
        assert (reply.exit, reply.status) == (0, 200)
        assert reply.body == (LARGE if broken == "grow" else PNG)
    else:
        assert reply.exit != 0
        assert reply.body == b""
    figures = browsing.house.metrics.render().decode()
    assert "garim_hook_exceptions_total" in figures
    assert "a defect" in caplog.text
    assert browsing.held == 0
    # The proxy goes on working.
    monkeypatch.undo()
    assert (await browsing.get(page(PNG), path="/next")).body == PNG


async def test_after_a_defect_at_the_start_nothing_is_held(browse, monkeypatch):
    """An endless stream must not be buffered because nobody decided on it."""
    browsing = await browse()

    def fails(*args):
        raise RuntimeError("a defect")

    monkeypatch.setattr(browsing.house.shield, "begin", fails)
    await _streams_at_once(browsing)


async def test_server_sent_events_stream_at_once(browse):
    await _streams_at_once(await browse(SCHOOL))


async def _streams_at_once(browsing):
    go = asyncio.Event()

    async def events(path, reader, writer):
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Connection: close\r\n\r\ndata: 1\n\n"
        )
        await writer.drain()
        await go.wait()
        writer.write(b"data: 2\n\n")
        await writer.drain()
        writer.close()

    browsing.origin.pages["/events"] = events
    reader, writer = await browsing.raw()
    writer.write(f"GET {browsing.base}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    async with asyncio.timeout(20):
        await reader.readuntil(b"data: 1\n\n")
        go.set()
        await reader.readuntil(b"data: 2\n\n")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("who", ["client", "server"])
async def test_an_exchange_that_breaks_off_gives_back_what_it_held(browse, origin, who):
    browsing = await browse()
    go = asyncio.Event()

    async def half(path, reader, writer):
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 99999\r\n\r\n" + PNG
        )
        await writer.drain()
        await go.wait()
        writer.transport.abort()

    task = asyncio.create_task(browsing.get(half, "-m", "1" if who == "client" else "20"))
    await eventually(lambda: browsing.held == 99999)
    if who == "server":
        go.set()
    reply = await task
    assert reply.status == 502 if who == "server" else reply.exit
    assert PNG not in reply.body
    await eventually(lambda: browsing.held == 0)
    go.set()


def test_messages_of_a_websocket_are_not_kept(build):
    flow = tflow.twebsocketflow()
    assert len(flow.websocket.messages) > 1
    last = flow.websocket.messages[-1]
    ShieldAddon(build().shield).websocket_message(flow)
    assert flow.websocket.messages == [last]


async def test_a_websocket_works_through_the_proxy(browse, origin):
    browsing = await browse(SCHOOL)
    flows = []

    class Sees:
        def websocket_message(self, flow):
            flows.append((flow, len(flow.websocket.messages)))

    browsing.proxy.host.addons.add(Sees())

    async def echo(path, reader, writer):
        magic = b"dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(magic, usedforsecurity=False).digest())
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        for _ in range(5):
            first, length = await reader.readexactly(2)
            mask = await reader.readexactly(4)
            data = await reader.readexactly(length & 127)
            plain = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
            writer.write(bytes((first, len(plain))) + plain)
            await writer.drain()

    origin.pages["/ws"] = echo
    reader, writer = await browsing.raw()
    writer.write(
        f"GET {browsing.base}/ws HTTP/1.1\r\nHost: 127.0.0.1:{origin.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    async with asyncio.timeout(20):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        for number in range(5):
            text = b"message %d" % number
            writer.write(bytes((0x81, 0x80 | len(text))) + bytes(4) + text)
            assert await reader.readexactly(2 + len(text)) == bytes((0x81, len(text))) + text
    assert len(flows) == 10
    assert {count for _, count in flows} == {1}
    writer.close()
    await writer.wait_closed()


PASSED = "[hosts]\npass_through = ['localhost']\n"


async def test_a_passed_through_host_is_not_decrypted(browse, origin_files):
    browsing = await browse(HOME + PASSED, SURE)
    reply = await browsing.get(page(PNG), "--cacert", str(origin_files / "ca.pem"), tls=True)
    assert (reply.exit, reply.body) == (0, PNG)
    assert browsing.house.entries() == []


async def test_a_client_that_refuses_our_certificate_is_left_alone_next_time(browse, origin_files):
    browsing = await browse(answer=SURE)
    theirs = ("--cacert", str(origin_files / "ca.pem"))
    assert (await browsing.get(page(PNG), *theirs, tls=True)).exit == 60
    await eventually(lambda: browsing.house.shield.gate.passes_through("localhost"))
    assert (await browsing.get(page(PNG), *theirs, tls=True)).body == PNG


async def test_a_client_that_only_goes_away_teaches_nothing(browse, origin):
    browsing = await browse()
    reader, writer = await browsing.raw()
    writer.write(f"CONNECT localhost:{origin.tls_port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    hello = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        hello.do_handshake()
    writer.write(outgoing.read())
    assert await reader.read(1)  # our answer is on its way
    writer.close()
    await writer.wait_closed()
    await eventually(lambda: not browsing.proxy.host.proxy.connections)
    assert not browsing.house.shield.gate.passes_through("localhost")


async def test_a_server_whose_certificate_is_in_doubt_is_left_alone_next_time(browse):
    browsing = await browse(extra_ca=None)
    reply = await browsing.get(page(PNG), tls=True)
    assert reply.body != PNG
    assert browsing.house.shield.gate.passes_through("localhost")


async def test_the_policy_file_is_followed(browse):
    browsing = await browse(answer=SURE)
    assert (await browsing.get(page(PNG))).body == CARD
    browsing.house.write(HOME + "report_only = true\n")
    await eventually(lambda: browsing.house.shield.policy.report_only)
    assert (await browsing.get(page(PNG))).body == PNG


def test_the_hooks_are_those_that_mitmproxy_knows(build):
    names = {name for name in vars(ShieldAddon) if not name.startswith("_")}
    own = {"fail_closed"}
    assert names - own <= set(hooks.all_hooks)
