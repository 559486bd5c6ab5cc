"""HTTP over real sockets on loopback; redirects and proxies as truth tables."""

import socket
import threading
import time

import pytest
import urllib3
from tests.feed.sync.simulator import FeedSimulator
from tests.feed.sync.web import serving

from garim_feed.errors import FeedError
from garim_feed.sync.http import USER_AGENT, HttpSource, proxy_for, redirect, trouble_of
from garim_feed.sync.source import SourceError, Trouble

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def web():
    feed = FeedSimulator("kmcc")
    feed.files["big"] = bytes(200_000)
    with serving(feed) as web:
        yield web


@pytest.fixture
def source(web):
    source = HttpSource(web.url, connect=2, read=2)
    yield source
    source.close()


def ask(source, path, **headers):
    with source.get(path, headers) as reply:
        return reply.status, b"".join(reply.chunks), reply.headers


def test_one_connection_serves_all(web, source):
    status, data, fields = ask(source, "metadata/timestamp.json")
    assert (status, data) == (200, web.feed.files["metadata/timestamp.json"])
    for path, wanted in (("none", 404), ("big", 200), ("metadata/timestamp.json", 304)):
        assert ask(source, path, **{"If-None-Match": fields["etag"]})[0] == wanted
    assert ask(source, "big", Range="bytes=199990-")[:2] == (206, bytes(10))
    assert web.connections == 1


def test_nothing_names_the_machine(web, source):
    ask(source, "big")
    assert web.agents == {USER_AGENT}


def test_a_body_that_was_not_read_costs_only_the_connection(web, source):
    with source.get("big", {}) as reply:
        next(reply.chunks)
    assert ask(source, "big")[0] == 200
    assert web.connections == 2


def test_a_connection_that_the_server_closed_is_made_again(web, source):
    def closing(handler):
        handler.reply(200, b"x", {"X": "y"})
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    web.answer = closing
    ask(source, "big")
    web.answer = lambda _handler: False
    assert ask(source, "big")[0] == 200
    assert web.connections == 2


def test_a_path_that_leads_elsewhere_is_not_asked_for(web, source):
    with pytest.raises(FeedError, match="not allowed"):
        ask(source, "../secret")
    assert web.requests == []


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        source = HttpSource(f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(SourceError) as raised:
            ask(source, "big")
    assert raised.value.trouble is Trouble.UNREACHABLE


def test_a_body_that_ends_early(web, source):
    def short(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    web.answer = short
    with pytest.raises(SourceError) as raised:
        ask(source, "big")
    assert raised.value.trouble is Trouble.BROKEN


def test_no_proof_of_who_it_is(web):
    source = HttpSource(web.url.replace("http://", "https://"), connect=2, read=2)
    with pytest.raises(SourceError) as raised:
        ask(source, "big")
    assert raised.value.trouble is Trouble.TLS
    source.close()


def _send_slowly(handler, first):
    handler.wfile.write(first)
    try:
        for _ in range(600):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        pass
    handler.close_connection = True
    return True


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
    ids=["status", "headers", "body", "closed", "chunk"],
)
def test_byte_after_byte_is_cut_off(web, source, first):
    """Each byte comes in time, so no read is too slow; the whole is."""
    web.answer = lambda handler: _send_slowly(handler, first)
    with pytest.raises(SourceError) as raised, source.within(0.2):
        ask(source, "big")
    assert raised.value.trouble is Trouble.SLOW
    # The next question is not cut.
    web.answer = lambda _handler: False
    with source.within(30):
        assert ask(source, "big")[0] == 200


def test_a_handshake_that_does_not_end_is_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = HttpSource(f"https://127.0.0.1:{server.getsockname()[1]}")
        kept = []
        threading.Thread(target=lambda: kept.append(server.accept()), daemon=True).start()
        with pytest.raises(SourceError) as raised, source.within(0.2):
            ask(source, "big")
        assert raised.value.trouble is Trouble.SLOW
        source.close()
        kept[0][0].close()


def test_silence_is_not_waited_for(web):
    source = HttpSource(web.url, connect=2, read=0.1)
    gate = threading.Event()
    web.answer = lambda handler: gate.wait(10) and _closed(handler)
    with pytest.raises(SourceError) as raised:
        ask(source, "big")
    assert raised.value.trouble is Trouble.SLOW
    gate.set()
    source.close()


def _closed(handler):
    handler.close_connection = True
    return True


# Redirects


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://feed.example/other", "https://feed.example/other"),
        ("https://feed.example:8443/other", "https://feed.example:8443/other"),
        ("https://FEED.example/other", "https://FEED.example/other"),
        ("/other", "https://feed.example/other"),
        ("other", "https://feed.example/garim/other"),
        ("//feed.example/other", "https://feed.example/other"),
        ("http://feed.example/other", None),
        ("https://other.example/", None),
        ("https://feed.example.other.example/", None),
        ("https://sub.feed.example/", None),
        ("https://user@feed.example/", None),
        ("https://feed.example@other.example/", None),
        ("https://10.0.0.1/", None),
        ("file:///etc/passwd", None),
        ("ftp://feed.example/", None),
        ("https://[broken/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_where_a_redirect_may_lead(location, target):
    assert redirect("https://feed.example/garim/x", location) == target


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["https://other.example/x", "http://127.0.0.1:1/x", "", "/x"])
def test_redirect_to_another_host(web, source, status, location):
    web.answer = lambda handler: handler.reply(status, b"", {"Location": location}) or True
    with pytest.raises(SourceError) as raised:
        ask(source, "big")
    assert raised.value.trouble is Trouble.ELSEWHERE
    assert len(web.requests) == 1


def test_redirects_do_not_go_on_for_ever(web, source, monkeypatch):
    monkeypatch.setattr("garim_feed.sync.http.redirect", lambda address, _location: address)
    web.answer = lambda handler: handler.reply(302, b"", {"Location": "/x"}) or True
    with pytest.raises(SourceError, match="in circles"):
        ask(source, "big")
    assert len(web.requests) == 4


# Proxies


@pytest.mark.parametrize(
    ("environment", "address", "proxy"),
    [
        ({}, "https://feed.example/x", None),
        ({"https_proxy": "http://p:1"}, "https://feed.example/x", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "https://feed.example/x", "http://p:1"),
        ({"HTTPS_PROXY": "p:1"}, "https://feed.example/x", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://feed.example/x", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://localhost/x", "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "https://feed.example/x", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://feed.example/x", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example"}, "https://feed.example/x", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a, .b.example"}, "https://b.example", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "b.example"}, "https://feed.example", "http://p:1"),
        ({"HTTPS_PROXY": ""}, "https://feed.example/x", None),
    ],
)  # fmt: skip
def test_proxies_of_the_environment(monkeypatch, environment, address, proxy):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(address) == proxy


def test_a_proxy_is_used_and_is_told_who_may(web, monkeypatch):
    seen = []

    def proxying(handler):
        seen.append((handler.path, handler.headers.get("Proxy-Authorization")))
        handler.reply(200, b"through", {})
        return True

    web.answer = proxying
    port = web.url.split(":")[2].split("/")[0]
    monkeypatch.setenv("HTTP_PROXY", f"http://me:s3cret@127.0.0.1:{port}")
    source = HttpSource("http://localhost:9/garim")
    assert ask(source, "big")[1] == b"through"
    source.close()
    assert seen == [("http://localhost:9/garim/big", "Basic bWU6czNjcmV0")]


def test_a_proxy_that_does_not_answer(web, monkeypatch):
    web.answer = lambda handler: handler.reply(502, b"", {}) or True
    port = web.url.split(":")[2].split("/")[0]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    source = HttpSource("https://feed.example/garim")
    with pytest.raises(SourceError) as raised:
        ask(source, "big")
    assert raised.value.trouble is Trouble.PROXY
    source.close()


def test_a_proxy_of_another_kind_is_said_to_be_of_no_use(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://user:s3cret@127.0.0.1:9")
    with pytest.raises(FeedError, match=r"socks5://127\.0\.0\.1 cannot be used") as raised:
        HttpSource("https://feed.example/garim")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (urllib3.exceptions.ReadTimeoutError(None, "", ""), Trouble.SLOW),  # type: ignore[arg-type]
        (urllib3.exceptions.ConnectTimeoutError(), Trouble.SLOW),
        (urllib3.exceptions.ProxyError("", OSError()), Trouble.PROXY),
        (urllib3.exceptions.SSLError(), Trouble.TLS),
        (urllib3.exceptions.ProtocolError(), Trouble.BROKEN),
        (urllib3.exceptions.NameResolutionError("", None, socket.gaierror()), Trouble.NAME),  # type: ignore[arg-type]
        (urllib3.exceptions.NewConnectionError(None, ""), Trouble.UNREACHABLE),  # type: ignore[arg-type]
        (urllib3.exceptions.LocationParseError(""), Trouble.BROKEN),
    ],
)
def test_what_errors_mean(error, trouble):
    assert trouble_of(error) is trouble
