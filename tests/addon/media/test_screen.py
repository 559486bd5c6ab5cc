"""Truth tables of what happens to a body, by the heads of request and response."""

import pytest

from garim_addon.exchange import Request, Response
from garim_addon.media.screen import (
    PEEK_BYTES,
    Screening,
    after_peek,
    length,
    needs_more,
    screen,
    wants_picture,
)

CAP = 1000


def request(method="GET", path="/", **headers):
    return Request(
        method,
        "https",
        "site.test",
        443,
        path,
        {k.replace("_", "-"): v for k, v in headers.items()},
    )


def response(status=200, content_type=None, content_length=None):
    headers = {}
    if content_type is not None:
        headers["content-type"] = content_type
    if content_length is not None:
        headers["content-length"] = str(content_length)
    return Response(status, headers)


@pytest.mark.parametrize(
    ("method", "status", "kind", "size", "expected"),
    [
        ("GET", 200, "image/jpeg", 500, Screening.BUFFER),
        ("GET", 200, "IMAGE/PNG; charset=x", 500, Screening.BUFFER),
        ("GET", 200, "image/webp", None, Screening.BUFFER),
        ("POST", 200, "image/webp", None, Screening.BUFFER),
        ("GET", 404, "image/png", 10, Screening.BUFFER),
        ("GET", 200, "image/jpeg", CAP, Screening.BUFFER),
        ("GET", 200, "image/jpeg", CAP + 1, Screening.TOO_LARGE),
        ("GET", 206, "image/jpeg", 10, Screening.PARTIAL),
        ("GET", 200, "image/svg+xml", 10, Screening.PEEK),
        ("GET", 200, "text/html", 10, Screening.PEEK),
        ("GET", 200, None, None, Screening.PEEK),
        ("GET", 206, "video/mp4", 10, Screening.PEEK),
        ("GET", 200, "text/event-stream", None, Screening.PASS),
        ("GET", 200, "application/grpc+proto", None, Screening.PASS),
        ("GET", 200, "multipart/x-mixed-replace; boundary=f", None, Screening.PASS),
        ("HEAD", 200, "image/jpeg", 500, Screening.PASS),
        ("GET", 304, "image/jpeg", None, Screening.PASS),
        ("GET", 204, "image/jpeg", None, Screening.PASS),
        ("GET", 101, None, None, Screening.PASS),
        ("GET", 200, "image/gif", 0, Screening.PASS),
    ],
)
def test_screen(method, status, kind, size, expected):
    assert screen(request(method), response(status, kind, size), cap=CAP) is expected


@pytest.mark.parametrize("kind", ["text/event-stream", "application/grpc", "application/x-ndjson"])
@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/events", {}, Screening.PASS),
        ("/events", {"sec_fetch_dest": "empty"}, Screening.PASS),
        ("/events", {"sec_fetch_dest": "image"}, Screening.PEEK),
        ("/events", {"sec_fetch_dest": "document"}, Screening.PEEK),
        ("/events", {"sec_fetch_dest": "script"}, Screening.PEEK),
        ("/a.jpg", {"sec_fetch_dest": "empty"}, Screening.PEEK),
    ],
)
def test_a_picture_cannot_call_itself_a_stream(kind, path, headers, expected):
    assert screen(request(path=path, **headers), response(200, kind), cap=CAP) is expected


@pytest.mark.parametrize(
    ("path", "headers", "kind", "size", "expected"),
    [
        ("/a.JPG?x=1", {}, "text/plain", 10, Screening.BUFFER),
        ("/a", {"sec_fetch_dest": "image"}, "text/plain", None, Screening.BUFFER),
        ("/a", {"accept": "image/avif,image/webp"}, None, 10, Screening.BUFFER),
        ("/a.jpg", {}, "text/plain", CAP + 1, Screening.PASS),
        ("/a.html", {"accept": "text/html,image/avif"}, "text/html", 10, Screening.PASS),
        ("/a", {}, "image/png", 10, Screening.BUFFER),
    ],
)
def test_screen_without_peeking(path, headers, kind, size, expected):
    asked = request(path=path, **headers)
    assert screen(asked, response(200, kind, size), cap=CAP, can_peek=False) is expected


@pytest.mark.parametrize(
    ("status", "picture", "size", "expected"),
    [
        (200, False, 10, Screening.PASS),
        (206, False, 10, Screening.PASS),
        (200, True, 10, Screening.BUFFER),
        (200, True, None, Screening.BUFFER),
        (200, True, CAP + 1, Screening.TOO_LARGE),
        (206, True, 10, Screening.PARTIAL),
    ],
)
def test_after_peek(status, picture, size, expected):
    assert after_peek(response(status, "x/y", size), picture=picture, cap=CAP) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12", 12), (" 12 ", 12), ("-1", 0), ("1e3", 0), ("", 0), ("9" * 30, 0), ("١٢", 0)],
)
def test_length_distrusts_nonsense(value, expected):
    assert length(Response(200, {"content-length": value})) == expected


def test_wants_picture_by_destination_only():
    assert wants_picture(request(sec_fetch_dest="Image"))
    assert not wants_picture(request(sec_fetch_dest="script", path="/a.js"))


@pytest.mark.parametrize(
    ("encoding", "first", "expected"),
    [
        ("", b"", False),  # the body has ended
        ("", b"\xff", True),
        ("", b"\xff\xd8", True),
        ("", b"hello", False),
        ("gzip", b"hello", True),
        ("", b"\xff\xd8\xff" + bytes(PEEK_BYTES - 3), False),
        ("gzip", bytes(PEEK_BYTES), False),
    ],
)
def test_more_is_awaited_only_while_it_may_be_a_picture(encoding, first, expected):
    headers = {"content-encoding": encoding} if encoding else {}
    assert needs_more(Response(200, headers), first) is expected
