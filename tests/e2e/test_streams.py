"""What is no picture passes untouched and as it is sent: downloads, uploads, events, sockets."""

import hashlib
import json
import socket
import subprocess
from urllib.parse import urlsplit

import psutil
import pytest
from tests.e2e.conftest import LARGE_BYTES
from tests.e2e.curl import curl, direct
from tests.e2e.odd_server import EVENTS
from tests.e2e.origin import need
from tests.e2e.steered import FIRST, REST, steer
from tests.e2e.wire import LISTED, ORDINARY, assert_untouched, original
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

pytestmark = pytest.mark.server


def test_no_content_is_untouched(garim, origin, base):
    reply = curl(f"{base}/odd/nocontent/", agent=garim)
    assert reply.status == 204
    assert_untouched(reply, direct(origin, f"{base}/odd/nocontent/"))


@pytest.mark.parametrize("path", ["extra/archive.zip", "extra/film.mp4", "extra/notes.txt"])
@pytest.mark.parametrize("part", ["0-99", "100-", "-50"])
def test_a_part_of_anything_else_passes(garim, origin, base, path, part):
    before = len(origin.requests())
    reply = curl(f"{base}/{path}", "-r", part, agent=garim)
    assert reply.status == 206
    assert origin.requests()[before].range == f"bytes={part}"
    assert_untouched(reply, direct(origin, f"{base}/{path}", "-r", part))


def test_anything_else_that_ends_too_early_is_seen_to_do_so(garim, origin):
    reply = curl(f"{origin.odd}/short/extra/notes.txt", agent=garim)
    assert reply.exit != 0
    assert reply.body == original(origin, "extra/notes.txt")


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
