"""What travels, byte for byte: every odd way a picture or anything else may come through Garim."""

import hashlib
import io
import json
import shutil
import socket
import subprocess
from urllib.parse import urlsplit

import psutil
import pytest
from PIL import Image
from tests.e2e.agent import until
from tests.e2e.conftest import CAP, LARGE_BYTES
from tests.e2e.curl import Reply, curl, direct
from tests.e2e.odd_server import EVENTS
from tests.e2e.origin import need
from tests.e2e.steered import FIRST, REST, steer
from tests.e2e.visit import fetch
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

from garim_addon.media.sniff import sniff
from garim_agent.demo.browse import open_page
from garim_agent.demo.chromium import chromium

pytestmark = pytest.mark.server

LISTED = "img/listed-webp.webp"
"""Its digest is on no list: only who looks at the picture knows it."""
ORDINARY = "img/ordinary-jpeg.jpg"
SCHEMES = ("http", "https", "h2")
CODINGS = ("gzip", "members", "deflate", "rawdeflate", "br", "zstd", "twice")
FRAMINGS = ("chunked", "close", "http10", "untyped", "slow", "drip", "missing")
DISGUISES = (
    "typed-text",
    "typed-octet",
    "typed-html",
    "typed-png",
    "nosniff-text",
    "nosniff-octet",
)


@pytest.fixture(params=SCHEMES)
def base(request, origin) -> str:
    return str(getattr(origin, request.param))


def original(origin, path: str) -> bytes:
    return (origin.folder / path).read_bytes()


def assert_covered(reply: Reply, body: bytes, form: str = "webp", status: int = 200) -> None:
    """A placeholder of the same size came, whole, and nothing of the original."""
    assert (reply.exit, reply.status) == (0, status), reply.error
    assert body[:200] not in reply.body
    assert sniff(reply.body) == form
    assert reply.header("content-type") == f"image/{form}"
    assert reply.header("content-length") == str(len(reply.body))
    assert reply.header("cache-control") == "no-store"
    gone = {"etag", "last-modified", "content-encoding", "content-range", "transfer-encoding"}
    assert not gone & dict(reply.headers).keys()
    assert Image.open(io.BytesIO(reply.body)).size == Image.open(io.BytesIO(body)).size


def assert_untouched(reply: Reply, plain: Reply) -> None:
    """The same answer came as without Garim: status, headers in their order, bytes."""
    assert (reply.exit, reply.status) == (plain.exit, plain.status) == (0, plain.status)
    assert reply.body == plain.body
    changing = {"date", "connection", "keep-alive"}
    if reply.version != plain.version:
        changing |= {"transfer-encoding"}  # HTTP/2 frames, HTTP/1.1 chunks
    fields, expected = (
        [field for field in answer.headers if field[0] not in changing] for answer in (reply, plain)
    )
    assert fields == expected


def test_a_picture_is_covered_or_untouched(garim, origin, base):
    assert_covered(curl(f"{base}/{LISTED}", agent=garim), original(origin, LISTED))
    address = f"{base}/{ORDINARY}"
    assert_untouched(curl(address, agent=garim), direct(origin, address))


@pytest.mark.parametrize("path", [LISTED, ORDINARY, "extra/archive.zip", "index.html"])
def test_head_is_untouched(garim, origin, base, path):
    address = f"{base}/{path}"
    reply = curl(address, "--head", agent=garim)
    assert_untouched(reply, direct(origin, address, "--head"))
    assert reply.header("content-length") == str(len(original(origin, path)))


def test_no_content_is_untouched(garim, origin, base):
    reply = curl(f"{base}/odd/nocontent/", agent=garim)
    assert reply.status == 204
    assert_untouched(reply, direct(origin, f"{base}/odd/nocontent/"))


def test_a_part_of_a_picture_comes_whole_and_judged(garim, origin, base):
    before = len(origin.requests())
    for path in (LISTED, ORDINARY):
        reply = curl(f"{base}/{path}", "-r", "0-99", "-H", 'If-Range: "x"', agent=garim)
        if path == LISTED:
            assert_covered(reply, original(origin, path))
        else:
            assert (reply.status, reply.body) == (200, original(origin, path))
    seen = origin.requests()[before:]
    assert [(request.path, request.range) for request in seen] == [
        (f"/{LISTED}", ""),
        (f"/{ORDINARY}", ""),
    ]


def test_the_start_of_a_picture_in_disguise_is_not_shown(garim, origin, base):
    reply = curl(f"{base}/extra/no-ending", "-r", "0-4999", agent=garim)
    assert reply.status == 200
    assert sniff(reply.body) == "png"
    assert original(origin, "extra/no-ending")[:100] not in reply.body


@pytest.mark.parametrize("path", ["extra/archive.zip", "extra/film.mp4", "extra/notes.txt"])
@pytest.mark.parametrize("part", ["0-99", "100-", "-50"])
def test_a_part_of_anything_else_passes(garim, origin, base, path, part):
    before = len(origin.requests())
    reply = curl(f"{base}/{path}", "-r", part, agent=garim)
    assert reply.status == 206
    assert origin.requests()[before].range == f"bytes={part}"
    assert_untouched(reply, direct(origin, f"{base}/{path}", "-r", part))


@pytest.mark.parametrize("framing", FRAMINGS)
def test_every_framing(garim, origin, framing):
    for path in (LISTED, ORDINARY):
        reply = curl(f"{origin.odd}/{framing}/{path}", agent=garim)
        status = 404 if framing == "missing" else 200
        if path == LISTED:
            assert_covered(reply, original(origin, path), status=status)
        else:
            assert (reply.exit, reply.status) == (0, status)
            assert reply.body == original(origin, path)
            assert_untouched(reply, direct(origin, f"{origin.odd}/{framing}/{path}"))


@pytest.mark.parametrize("coding", CODINGS)
def test_every_content_coding(garim, origin, base, coding):
    assert_covered(curl(f"{base}/odd/{coding}/{LISTED}", agent=garim), original(origin, LISTED))
    address = f"{base}/odd/{coding}/{ORDINARY}"
    reply = curl(address, agent=garim)
    assert_untouched(reply, direct(origin, address))
    assert reply.header("content-encoding")
    assert reply.body != original(origin, ORDINARY)


def test_a_picture_that_nginx_compresses(garim, origin, base):
    accept = ("-H", "Accept-Encoding: gzip")
    for path in ("img/listed-bmp.bmp", "img/ordinary-bmp.bmp"):
        address = f"{base}/gzipped/{path}"
        reply, plain = curl(address, *accept, agent=garim), direct(origin, address, *accept)
        assert plain.header("content-encoding") == "gzip"
        if "listed" in path:
            assert_covered(reply, original(origin, path), "png")
        else:
            assert_untouched(reply, plain)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_wrong_type_hides_nothing_and_breaks_nothing(garim, origin, base, disguise):
    reply = curl(f"{base}/{disguise}/{LISTED}", agent=garim)
    assert_covered(reply, original(origin, LISTED))
    for path in (ORDINARY, "extra/archive.zip", "extra/film.mp4", "index.html"):
        address = f"{base}/{disguise}/{path}"
        assert_untouched(curl(address, agent=garim), direct(origin, address))


def test_a_picture_that_ends_too_early_is_not_shown(garim, origin):
    reply = curl(f"{origin.odd}/short/{LISTED}", agent=garim)
    assert reply.exit != 0 or reply.status == 502
    assert original(origin, LISTED)[:200] not in reply.body


def test_anything_else_that_ends_too_early_is_seen_to_do_so(garim, origin):
    reply = curl(f"{origin.odd}/short/extra/notes.txt", agent=garim)
    assert reply.exit != 0
    assert reply.body == original(origin, "extra/notes.txt")


@pytest.mark.parametrize("way", ["", "odd/close/", "odd/chunked/"])
def test_a_picture_over_the_cap_is_counted_and_policy_decides(garim, school, origin, base, way):
    address = f"{base}/{way}extra/over-the-cap.png"
    before = garim.failures("too-large")
    reply = curl(address, agent=garim)
    assert len(reply.body) > CAP
    assert reply.body == original(origin, "extra/over-the-cap.png")
    assert garim.failures("too-large") == before + 1
    reply = curl(address, agent=school)
    assert (reply.exit, reply.status, sniff(reply.body)) == (0, 200, "png")
    assert reply.header("cache-control") == "no-store"
    assert len(reply.body) < 100_000


def test_a_download_is_untouched(garim, origin, base):
    for path in ("extra/archive.zip", "extra/film.mp4", ORDINARY):
        address = f"{base}/download/{path}"
        reply = curl(address, agent=garim)
        assert reply.header("content-disposition") == "attachment"
        assert_untouched(reply, direct(origin, address))


@pytest.mark.parametrize("pace", ["1G", "30M"])
def test_a_large_download_streams_in_little_memory(garim, origin, base, pace):
    proxy = psutil.Process(garim.process.pid)
    before = most = proxy.memory_info().rss
    command = [need("curl"), "-q", "-sS", "--noproxy", "", "-x", f"http://{garim.proxy}"]
    command += ["--cacert", str(garim.authority), "--limit-rate", pace]
    command.append(f"{base}/extra/large.bin")
    digest, size = hashlib.sha256(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        while piece := client.stdout.read(1 << 20):
            digest.update(piece)
            size += len(piece)
            most = max(most, proxy.memory_info().rss)
    assert client.returncode == 0
    assert size > LARGE_BYTES
    assert digest.digest() == hashlib.sha256(original(origin, "extra/large.bin")).digest()
    assert most - before < 40 << 20


@pytest.mark.parametrize("framing", [[], ["-H", "Transfer-Encoding: chunked"]])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_upload_is_untouched(garim, tmp_path, method, framing):
    sent = bytes(range(256)) * (5 << 12)
    (tmp_path / "body").write_bytes(sent)
    send = ["-X", method, "-H", "Content-Type: image/png", *framing]
    send += ["--data-binary", f"@{tmp_path / 'body'}"]
    with steer() as server:
        reply = curl(f"{server.address}/echo", *send, agent=garim)
        plain = curl(f"{server.address}/echo", *send)
    facts, expected = json.loads(reply.body), json.loads(plain.body)
    assert facts["sha256"] == expected["sha256"] == hashlib.sha256(sent).hexdigest()
    assert facts["size"] == len(sent)
    for headers in (facts["headers"], expected["headers"]):
        headers.pop("Expect", None)
        headers.pop("Proxy-Connection", None)
    assert facts["headers"] == expected["headers"]


def test_nothing_leads_past_the_proxy(garim, origin, base):
    for path in ("index.html", ORDINARY, LISTED):
        assert direct(origin, f"{base}/quic/{path}").header("alt-svc")
        reply = curl(f"{base}/quic/{path}", agent=garim)
        assert reply.status == 200
        assert "alt-svc" not in dict(reply.headers)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_listed_host_is_refused_before_anything_is_fetched(garim, scheme):
    address = f"{scheme}://blocked.garim.test/some/page"
    page = curl(address, "-H", "Accept: text/html", agent=garim)
    assert page.status == 451
    assert page.header("link").endswith('; rel="blocked-by"')
    assert page.header("cache-control") == "no-store"
    assert "garim.test" in page.body.decode()
    picture = curl(address, "-H", "Sec-Fetch-Dest: image", agent=garim)
    assert (picture.status, picture.body) == (451, b"")
    facts = curl(address, "-H", "Accept: application/json", agent=garim)
    assert json.loads(facts.body)["list"] == "test"


@pytest.mark.parametrize("path", ["/events", "/download", "/chat"])
def test_what_is_sent_arrives_before_the_rest_is_sent(garim, path):
    with steer() as server:
        assert _in_two_pieces(garim, server, path)[1] == FIRST + REST


def _in_two_pieces(garim, server, path: str) -> tuple[bytes, bytes]:
    host = server.address.removeprefix("http://")
    with socket.create_connection(("127.0.0.1", garim.port), 60) as client:
        request = f"GET {server.address}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
        client.sendall(request.encode())
        got = b""
        while FIRST not in got:
            piece = client.recv(65536)
            assert piece
            got += piece
        server.go.set()  # only now does the server go on
        while piece := client.recv(65536):
            got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return head, body


def test_events_come_whole_from_nginx(garim, origin, base):
    reply = curl(f"{base}/odd/events/", agent=garim)
    assert reply.body == b"".join(b"data: %d\n\n" % number for number in range(EVENTS))


def test_a_websocket_passes(garim):
    client = WSConnection(ConnectionType.CLIENT)
    with steer() as server, socket.create_connection(("127.0.0.1", garim.port), 60) as wire:
        host = urlsplit(server.address).netloc
        wire.sendall(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert b" 200 " in wire.recv(65536)
        wire.sendall(client.send(Request(host=host, target="/echo")))
        assert isinstance(_next(client, wire), AcceptConnection)
        for text in ("가림", "x" * 100_000):
            wire.sendall(client.send(TextMessage(text)))
            assert _message(client, wire) == text
        wire.sendall(client.send(CloseConnection(code=1000)))
        assert isinstance(_next(client, wire), CloseConnection)


def _message(client, wire) -> str:
    text = ""
    while True:
        event = _next(client, wire)
        assert isinstance(event, TextMessage)
        text += event.data
        if event.message_finished:
            return text


def _next(client, wire):
    while True:
        for event in client.events():
            return event
        client.receive_data(wire.recv(65536))


@pytest.mark.browser
@pytest.mark.asyncio
async def test_what_a_browser_kept_from_before_is_judged(site, origin, garim, tmp_path):
    need("chromium")
    need("certutil")
    home = tmp_path / "browser"
    base = f"{origin.h2}/revalidated"
    async with chromium(home, certificates=(origin.certificates.authority,)) as context:
        await open_page(context, f"{base}/index.html", None)
    shutil.rmtree(home / ".pki")
    trusted = (garim.authority,)
    async with chromium(home, proxy=garim.proxy, certificates=trusted) as context:
        before = len(origin.requests())
        page = await open_page(context, f"{base}/index.html", None)
        first = _asked(origin.requests()[before:])
        paths = [f"revalidated/{path}" for path in (LISTED, ORDINARY)]
        found = await fetch(page, paths)
        before = len(origin.requests())
        await open_page(context, f"{base}/index.html", None)
        second = _asked(origin.requests()[before:])
    for path in (LISTED, ORDINARY):
        assert first[path] == (200, False), path  # asked for without its conditions
    digests = [hashlib.sha256(original(origin, path)).hexdigest() for path in (LISTED, ORDINARY)]
    assert [found[path].sha256 == digest for path, digest in zip(paths, digests, strict=True)] == [
        False,
        True,
    ]
    assert second[LISTED] == (200, False)
    assert second[ORDINARY] == (304, True)


def _asked(requests) -> dict[str, tuple[int, bool]]:
    start = "/revalidated/"
    return {
        request.path.removeprefix(start): (request.status, bool(request.if_none_match))
        for request in requests
        if request.path.startswith(start)
    }


def test_bombs_in_a_content_coding_are_counted_and_policy_decides(garim, school, origin, base):
    address = f"{base}/odd/bomb/{LISTED}"
    before = garim.failures("too-large")
    assert_untouched(curl(address, agent=garim), direct(origin, address))
    assert garim.failures("too-large") == before + 1
    reply = curl(address, agent=school)
    assert (reply.exit, reply.status, sniff(reply.body)) == (0, 200, "png")


def test_what_only_claims_to_be_compressed_is_not_shown_at_school(school, origin, base):
    reply = curl(f"{base}/odd/notgzip/{LISTED}", agent=school)
    assert (reply.exit, reply.status, sniff(reply.body)) == (0, 200, "png")


def test_everything_that_was_held_was_given_back(garim):
    until(lambda: garim.metrics()["garim_buffered_bytes"] == 0, "nothing is held any more")
