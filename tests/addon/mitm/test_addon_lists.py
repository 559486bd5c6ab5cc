"""Lists through the real embedded proxy: what is refused, what is cut, what no server ever sees."""

import asyncio
import hashlib
import ssl

import pytest
from made_lists import Made
from shield_house import HOME, PNG, REPORT, SCHOOL

from garim_addon.mitm.addon import ShieldAddon
from garim_addon.verdict import Inspection

LISTED = "listed.example"
FILE = bytes(range(256)) * 2000
LONG = 60


def torrent(name):
    return b"d8:announce18:http://t.example/a4:infod6:lengthi9e4:name%d:%see" % (len(name), name)


def info_hash(body):
    return hashlib.sha1(body[body.index(b"4:info") + 6 : -1]).digest()


class Browsing:
    """A proxy with a house behind it, and an origin."""

    def __init__(self, house, proxy, origin):
        self.house, self.proxy, self.origin = house, proxy, origin

    @property
    def base(self):
        return f"http://127.0.0.1:{self.origin.port}"

    async def get(self, path, *args, tls=False):
        where = f"https://localhost:{self.origin.tls_port}" if tls else self.base
        return await self.proxy.curl(where + path, *args)

    async def raw(self):
        return await asyncio.open_connection("127.0.0.1", self.proxy.port)


@pytest.fixture
def browse(build, start, origin):
    async def browse(policy=HOME, **listed):
        house = build(policy, index=Made(**listed))
        return Browsing(house, await start(ShieldAddon(house.shield)), origin)

    return browse


def answers(head, body, step=16_000, *, chunked=False):
    """Serve a body in pieces; a `Range: bytes=N-` is honoured."""

    async def serve(path, reader, writer):
        writer.write(head.encode() + b"\r\n\r\n")
        for at in range(0, len(body), step):
            piece = body[at : at + step]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            await writer.drain()
        if chunked:
            writer.write(b"0\r\n\r\n")

    return serve


def whole(body, mime="application/zip", *more):
    fields = [f"Content-Type: {mime}", f"Content-Length: {len(body)}", *more]
    return answers("\r\n".join(["HTTP/1.1 200 OK", *fields]), body)


def pieces(body, mime="application/zip", *more):
    fields = [f"Content-Type: {mime}", "Transfer-Encoding: chunked", *more]
    return answers("\r\n".join(["HTTP/1.1 200 OK", *fields]), body, chunked=True)


# --- addresses -----------------------------------------------------------------------------------


ASKED = {
    ("Sec-Fetch-Dest: document",): ("text/html; charset=utf-8", b"The Agency"),
    ("Sec-Fetch-Dest: image",): ("image/png", b"placeholder"),
    ("Accept: image/avif,image/*",): ("image/png", b"placeholder"),
    ("Sec-Fetch-Dest: script",): ("text/javascript", b""),
    ("Sec-Fetch-Dest: style",): ("text/css", b""),
    ("Sec-Fetch-Dest: font",): ("font/woff2", b""),
    ("Sec-Fetch-Dest: empty", "Accept: application/json"): ("application/json", b'"blocked"'),
    ("Sec-Fetch-Dest: empty",): ("text/plain", b""),
}


@pytest.mark.parametrize("fields", ASKED)
@pytest.mark.parametrize("tls", [False, True])
async def test_what_asks_is_answered_in_kind_and_nobody_connects(browse, origin, fields, tls):
    browsing = await browse(hosts=["localhost", "127.0.0.1"])
    mime, body = ASKED[fields]
    args = [part for field in fields for part in ("-H", field)]
    reply = await browsing.get("/x", *args, tls=tls)
    assert reply.status == 451
    assert f"content-type: {mime}" in reply.headers
    assert body in reply.body if body else reply.body == b""
    assert 'link: <https://agency.example/>; rel="blocked-by"' in reply.headers
    assert origin.connections == 0


async def test_a_websocket_to_a_listed_host_is_refused(browse, origin):
    browsing = await browse(hosts=["127.0.0.1"])
    reader, writer = await browsing.raw()
    writer.write(
        f"GET {browsing.base}/ws HTTP/1.1\r\nHost: 127.0.0.1:{origin.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-Fetch-Dest: websocket\r\n\r\n".encode()
    )
    async with asyncio.timeout(LONG):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 451")
    assert origin.connections == 0
    writer.close()
    await writer.wait_closed()


async def tunnelled(browsing, host, port):
    """Open a tunnel by CONNECT; return its streams."""
    reader, writer = await browsing.raw()
    writer.write(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    async with asyncio.timeout(LONG):
        await reader.readuntil(b"\r\n\r\n")
    return reader, writer


@pytest.mark.parametrize(("listed", "reached"), [("127.0.0.1", False), ("other.example", True)])
async def test_what_is_no_http_does_not_reach_a_listed_host(browse, listed, reached):
    seen = asyncio.Queue()

    async def listen(reader, writer):
        seen.put_nowait(await reader.read(100))
        writer.write(b"\x01 an answer that is no HTTP")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    browsing = await browse(hosts=[listed])
    reader, writer = await tunnelled(browsing, "127.0.0.1", port)
    writer.write(b"\x00\x01 no HTTP and no TLS\n")
    async with asyncio.timeout(LONG):
        answer = await reader.read(100)
    assert answer.startswith(b"\x01") == reached
    assert seen.empty() != reached
    assert len(browsing.house.entries()) == (not reached)
    writer.close()
    server.close()


async def test_the_name_in_the_handshake_counts_where_the_address_is_a_number(browse, origin):
    """As in transparent use: the client connects to a number and names the host in TLS."""
    browsing = await browse(hosts=[LISTED])
    reader, writer = await tunnelled(browsing, "127.0.0.1", origin.tls_port)
    context = ssl.create_default_context(cafile=browsing.proxy.host.authority.certificate_file)
    async with asyncio.timeout(LONG):
        await writer.start_tls(context, server_hostname=LISTED)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 451")
    assert origin.connections == 0
    writer.close()


async def test_a_listed_name_in_the_handshake_stops_what_is_no_http(browse, origin):
    browsing = await browse(hosts=[LISTED])
    reader, writer = await tunnelled(browsing, "127.0.0.1", origin.tls_port)
    context = ssl.create_default_context(cafile=browsing.proxy.host.authority.certificate_file)
    async with asyncio.timeout(LONG):
        await writer.start_tls(context, server_hostname=LISTED)
        writer.write(b"\x00\x01 no HTTP\n")
        assert await reader.read(100) == b""
    assert origin.connections == 0
    writer.close()


@pytest.mark.parametrize(("policy", "reached"), [(HOME, True), (SCHOOL, False)])
async def test_a_defect_of_ours_in_a_tunnel_is_policys_to_answer(
    browse, origin, monkeypatch, policy, reached
):
    browsing = await browse(policy)

    def fails(*args):
        raise RuntimeError("a defect")

    monkeypatch.setattr(browsing.house.shield.gate, "refuses_tunnel", fails)
    reader, writer = await tunnelled(browsing, "127.0.0.1", origin.port)
    writer.write(b"\x00\x01 no HTTP\n")
    writer.write_eof()
    async with asyncio.timeout(LONG):
        await reader.read()
    assert (origin.connections == 1) == reached
    figures = browsing.house.metrics.render().decode()
    assert 'garim_hook_exceptions_total{hook="tcp_start"} 1.0' in figures
    writer.close()


async def test_a_listed_host_is_never_passed_through(browse, origin, origin_files):
    browsing = await browse(HOME + "[hosts]\npass_through = ['localhost']\n", hosts=["localhost"])
    theirs = ("--cacert", str(origin_files / "ca.pem"))
    assert (await browsing.get("/", *theirs, tls=True)).exit == 60  # our leaf, not theirs
    assert (await browsing.get("/", tls=True)).status == 451
    assert origin.connections == 0


# --- files ---------------------------------------------------------------------------------------

WAYS = {"length": whole, "chunked": pieces}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("args", [["--http1.1"], ["--http2"], ["--http1.0"]], ids=lambda a: a[0])
@pytest.mark.parametrize("tls", [False, True])
async def test_no_whole_copy_of_a_listed_file_arrives(browse, origin, way, args, tls):
    browsing = await browse(bodies=[FILE])
    origin.pages["/f.zip"] = WAYS[way](FILE)
    reply = await browsing.get("/f.zip", *args, tls=tls)
    if way == "length" or args != ["--http1.0"]:
        assert reply.exit != 0  # the client knows that it did not get all
    assert FILE.startswith(reply.body)
    assert len(reply.body) < len(FILE)
    # ... and another file on the same connection, and from the same place, does.
    other = FILE[::-1]
    origin.pages["/g.zip"] = origin.pages["/f.zip"] = WAYS[way](other)
    for path in ("/g.zip", "/f.zip?other"):
        reply = await browsing.get(path, *args, tls=tls)
        assert (reply.exit, reply.body) == (0, other)


@pytest.mark.server
async def test_a_server_that_speaks_http2_is_cut_like_others(browse, origin, serve_h2):
    port = await serve_h2()
    browsing = await browse(bodies=[FILE])
    origin.pages["/f.zip"] = whole(FILE)
    reply = await browsing.proxy.curl(f"https://localhost:{port}/f.zip", "--http2")
    assert reply.exit != 0
    assert len(reply.body) < len(FILE)


TAGGED = ('ETag: "f"',)


@pytest.mark.parametrize(
    "args", [[], ["-r", "5000-"], ["-H", 'If-Range: "f"', "-r", "9-"]], ids=["again", "rest", "if"]
)
async def test_a_second_try_is_refused_by_the_head(browse, origin, args):
    browsing = await browse(bodies=[FILE])
    origin.pages["/f.zip"] = whole(FILE, "application/zip", *TAGGED)
    assert (await browsing.get("/f.zip")).exit != 0
    if args:
        rest = FILE[5000:]
        head = (
            'HTTP/1.1 206 Partial Content\r\nContent-Type: application/zip\r\nETag: "f"\r\n'
            f"Content-Range: bytes 5000-{len(FILE) - 1}/{len(FILE)}\r\nContent-Length: {len(rest)}"
        )
        origin.pages["/f.zip"] = answers(head, rest)
    reply = await browsing.get("/f.zip", "-H", "Accept: text/html", *args)
    assert (reply.exit, reply.status) == (0, 451)
    assert b"The Agency" in reply.body
    assert FILE[6000:7000] not in reply.body


@pytest.mark.parametrize("policy", [HOME + "[actions]\nlisted = 'report'\n", REPORT])
async def test_where_policy_only_reports_a_listed_file_arrives(browse, origin, policy):
    browsing = await browse(policy, bodies=[FILE])
    origin.pages["/f.zip"] = whole(FILE)
    for _ in range(2):
        reply = await browsing.get("/f.zip")
        assert (reply.exit, reply.body) == (0, FILE)
    assert len(browsing.house.entries()) == 2


@pytest.mark.parametrize("mime", ["text/html", "application/json", "application/octet-stream"])
async def test_what_is_sent_piece_by_piece_arrives_piece_by_piece(browse, origin, mime):
    browsing = await browse(bodies=[FILE])
    go = asyncio.Event()

    async def talk(path, reader, writer):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode())
        for word in (b"number one", b"number two"):
            writer.write(b"a\r\n%s\r\n" % word)
            await writer.drain()
            await go.wait()
        writer.write(b"0\r\n\r\n")

    origin.pages["/talk"] = talk
    reader, writer = await browsing.raw()
    writer.write(f"GET {browsing.base}/talk HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    async with asyncio.timeout(LONG):
        await reader.readuntil(b"one\r\n")
        go.set()
        await reader.readuntil(b"0\r\n\r\n")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("passes", [True, False])
async def test_a_defect_of_ours_in_a_stream_is_policys_to_answer(
    browse, origin, monkeypatch, caplog, passes
):
    browsing = await browse(HOME if passes else SCHOOL, bodies=[FILE])
    origin.pages["/f.zip"] = whole(FILE)

    def fails(*args):
        raise RuntimeError("a defect")

    monkeypatch.setattr(browsing.house.index, "digest", fails)
    reply = await browsing.get("/f.zip")
    assert (reply.exit == 0) == passes
    assert (reply.body == FILE) == passes
    assert "a defect" in caplog.text
    assert 'garim_hook_exceptions_total{hook="stream"}' in browsing.house.metrics.render().decode()


# --- torrents ------------------------------------------------------------------------------------

MADE_UP = torrent(b"made up")
TORRENT = Inspection(kind="torrent", skipped="torrent")


@pytest.mark.parametrize("serve", [whole, pieces])
@pytest.mark.parametrize("mime", ["application/x-bittorrent", "text/plain", ""])
async def test_a_torrent_file_is_held_and_looked_at(browse, origin, serve, mime):
    browsing = await browse()
    browsing.house.pool.answer = TORRENT
    origin.pages["/a.torrent"] = serve(MADE_UP, mime)
    reply = await browsing.get("/a.torrent")
    assert (reply.exit, reply.body) == (0, MADE_UP)
    assert [body for body, _, _ in browsing.house.pool.asked] == [MADE_UP]


@pytest.mark.parametrize("step", [1, 2, 40])
async def test_a_torrent_in_small_pieces_is_no_less_one(browse, origin, step):
    browsing = await browse()
    browsing.house.pool.answer = TORRENT
    head = "HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nTransfer-Encoding: chunked"
    origin.pages["/a"] = answers(head, MADE_UP, step, chunked=True)
    assert (await browsing.get("/a")).body == MADE_UP
    assert browsing.house.pool.asked


async def test_a_part_of_a_torrent_and_one_that_is_too_large_are_failures(browse, origin):
    browsing = await browse(SCHOOL)
    head = f"HTTP/1.1 206 Partial\r\nContent-Type: x/y\r\nContent-Length: {len(MADE_UP)}"
    origin.pages["/part"] = answers(head, MADE_UP)
    large = MADE_UP + bytes(9 << 20)
    origin.pages["/large"] = whole(large, "x/y")
    for path in ("/part", "/large"):
        reply = await browsing.get(path, "-H", "Accept: text/html")
        assert reply.status == 451
        assert b"garim why" in reply.body
    assert [e.failure.value for e in browsing.house.entries()] == ["too-large", "partial"]
    assert browsing.house.shield.budget.held == 0


async def test_a_picture_is_still_a_picture(browse, origin):
    browsing = await browse(bodies=[FILE])
    origin.pages["/a.png"] = whole(PNG, "image/png")
    assert (await browsing.get("/a.png")).body == PNG
    assert len(browsing.house.pool.asked) == 1
