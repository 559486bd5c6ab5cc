import gzip
import http.client
import ssl
import urllib.error
import urllib.request
import zlib

import brotli
import h2.config
import h2.connection
import h2.events
import pytest
import zstandard
from tests.e2e import origin as origin_module
from tests.e2e.odd_server import EVENTS, ODD
from tests.e2e.origin import MANNERS, need, serve

pytestmark = pytest.mark.server

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("folder")
    (folder / "index.html").write_text("<!doctype html><title>x</title>")
    (folder / "a.png").write_bytes(PICTURE)
    with serve(folder, tmp_path_factory.mktemp("nginx")) as running:
        yield running


def get(origin, url, method="GET", **headers):
    context = ssl.create_default_context(cafile=origin.certificates.authority)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named, method=method)
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    try:
        answer = urllib.request.build_opener(*handlers).open(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


@pytest.mark.parametrize("scheme", ["http", "https", "h2"])
def test_the_folder_is_served_plainly_with_validators(origin, scheme):
    status, headers, body = get(origin, f"{getattr(origin, scheme)}/a.png")
    assert (status, body) == (200, PICTURE)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Length"] == str(len(PICTURE))
    assert headers["ETag"]
    assert headers["Last-Modified"]


def test_the_certificate_is_not_trusted_by_anyone_else(origin):
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(origin.https)


@pytest.mark.parametrize(("scheme", "expected"), [("https", "http/1.1"), ("h2", "h2")])
def test_each_address_speaks_its_own_protocol(origin, scheme, expected):
    context = ssl.create_default_context(cafile=origin.certificates.authority)
    context.set_alpn_protocols(["h2", "http/1.1"])
    port = int(getattr(origin, scheme).rpartition(":")[2])
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
    connection.connect()
    assert connection.sock.selected_alpn_protocol() == expected
    if expected == "h2":
        assert speak_h2(connection.sock, "/a.png") == ("200", PICTURE)
        assert origin.requests()[-1].protocol == "HTTP/2.0"
    connection.close()


def speak_h2(sock, path):
    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    client.initiate_connection()
    head = [(":method", "GET"), (":path", path), (":scheme", "https"), (":authority", "localhost")]
    client.send_headers(1, head, end_stream=True)
    status, body = "", b""
    while True:
        sock.sendall(client.data_to_send())
        for event in client.receive_data(sock.recv(65536)):
            if isinstance(event, h2.events.ResponseReceived):
                status = dict(event.headers)[b":status"].decode()
            elif isinstance(event, h2.events.DataReceived):
                body += event.data
                client.acknowledge_received_data(event.flow_controlled_length, 1)
            elif isinstance(event, h2.events.StreamEnded):
                return status, body


def test_what_is_unchanged_is_304_and_a_range_is_206(origin):
    _, headers, _ = get(origin, f"{origin.http}/a.png")
    status, _, body = get(origin, f"{origin.http}/a.png", If_None_Match=headers["ETag"])
    assert (status, body) == (304, b"")
    since = headers["Last-Modified"]
    assert get(origin, f"{origin.http}/a.png", If_Modified_Since=since)[0] == 304
    status, part, body = get(origin, f"{origin.http}/a.png", Range="bytes=8-15")
    assert (status, body) == (206, PICTURE[8:16])
    assert part["Content-Range"] == f"bytes 8-15/{len(PICTURE)}"


@pytest.mark.parametrize(
    ("manner", "header", "value"),
    [
        ("typed-text", "Content-Type", "text/plain"),
        ("typed-octet", "Content-Type", "application/octet-stream"),
        ("typed-html", "Content-Type", "text/html"),
        ("typed-png", "Content-Type", "image/png"),
        ("nosniff-text", "X-Content-Type-Options", "nosniff"),
        ("nosniff-octet", "X-Content-Type-Options", "nosniff"),
        ("immutable", "Cache-Control", "public, max-age=31536000, immutable"),
        ("revalidated", "Cache-Control", "no-cache"),
        ("cors", "Access-Control-Allow-Origin", "*"),
        ("quic", "Alt-Svc", 'h3=":443"; ma=86400'),
        ("download", "Content-Disposition", "attachment"),
        ("no-validators", "ETag", None),
        ("no-validators", "Last-Modified", None),
    ],
)
def test_each_manner_is_as_named(origin, manner, header, value):
    status, headers, body = get(origin, f"{origin.http}/{manner}/a.png")
    assert (status, body) == (200, PICTURE)
    assert headers[header] == value
    assert manner in MANNERS


def test_gzip_is_used_when_it_is_accepted(origin):
    _, headers, body = get(origin, f"{origin.http}/gzipped/a.png", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] is None
    assert gzip.decompress(body) == PICTURE
    assert get(origin, f"{origin.http}/gzipped/a.png")[2] == PICTURE


DECODERS = {
    "chunked": bytes,
    "close": bytes,
    "untyped": bytes,
    "slow": bytes,
    "drip": bytes,
    "notgzip": bytes,
    "missing": bytes,
    "http10": bytes,
    "gzip": gzip.decompress,
    "members": gzip.decompress,
    "deflate": zlib.decompress,
    "rawdeflate": lambda data: zlib.decompress(data, wbits=-15),
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "twice": lambda data: gzip.decompress(brotli.decompress(data)),
}


@pytest.mark.parametrize("behaviour", DECODERS)
def test_an_odd_answer_holds_the_file(origin, behaviour):
    status, headers, body = get(origin, f"{origin.odd}/{behaviour}/a.png")
    assert status == (404 if behaviour == "missing" else 200)
    assert DECODERS[behaviour](body) == PICTURE
    assert (headers["Content-Length"] is None) == (behaviour in {"chunked", "close", "http10"})


def test_no_odd_behaviour_is_untested():
    special = {"short", "bomb", "events", "nocontent", "empty"}
    assert DECODERS.keys() | special == ODD.keys()


def test_an_answer_that_is_too_short_breaks_off(origin):
    with pytest.raises(http.client.IncompleteRead):
        get(origin, f"{origin.odd}/short/a.png")


def test_a_bomb_is_small_and_grows_a_hundredfold(origin):
    _, headers, body = get(origin, f"{origin.odd}/bomb/a.png")
    assert headers["Content-Encoding"] == "gzip"
    opened = zlib.decompressobj(wbits=31).decompress(body, len(body) * 200)
    assert len(opened) == len(body) * 200


def test_events_come_one_by_one_and_bodyless_answers_have_none(origin):
    _, headers, body = get(origin, f"{origin.http}/odd/events/")
    assert headers["Content-Type"] == "text/event-stream"
    assert body.count(b"data:") == EVENTS
    assert get(origin, f"{origin.odd}/nocontent/")[0] == 204
    assert get(origin, f"{origin.odd}/empty/a.png")[2] == b""
    assert get(origin, f"{origin.odd}/gzip/a.png", "HEAD")[2] == b""


@pytest.mark.parametrize("path", ["unknown/a.png", "gzip/none.png"])
def test_what_is_not_there_is_404(origin, path):
    assert get(origin, f"{origin.odd}/{path}")[0] == 404


@pytest.mark.parametrize("scheme", ["https", "h2"])
def test_odd_answers_come_over_tls_too(origin, scheme):
    _, headers, body = get(origin, f"{getattr(origin, scheme)}/odd/br/a.png")
    assert headers["Content-Encoding"] == "br"
    assert brotli.decompress(body) == PICTURE


def test_the_log_says_what_reached_the_server(origin):
    get(origin, f"{origin.http}/a.png?seen", If_None_Match='"x"', Range="bytes=0-1")
    seen = [entry for entry in origin.requests() if entry.path == "/a.png?seen"]
    assert [(entry.method, entry.protocol, entry.status) for entry in seen] == [
        ("GET", "HTTP/1.1", 206)
    ]
    assert (seen[0].if_none_match, seen[0].range) == ('"x"', "bytes=0-1")
    assert seen[0].port == int(origin.http.rpartition(":")[2])


@pytest.mark.parametrize(
    ("environment", "outcome"),
    [({"CI": "true"}, pytest.fail.Exception), ({}, pytest.skip.Exception)],
)
def test_a_missing_program_skips_at_home_and_fails_in_ci(monkeypatch, environment, outcome):
    monkeypatch.delenv("CI", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(outcome, match="no-such-program is missing"):
        need("no-such-program")


def test_a_server_that_cannot_start_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(origin_module, "MANNERS", {"x": "no_such_directive on;"})
    with pytest.raises(pytest.fail.Exception, match="no_such_directive"), serve(tmp_path, tmp_path):
        pass
