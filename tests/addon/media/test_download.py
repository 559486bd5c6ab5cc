"""Which streams are hashed, and how much of each is withheld, as truth tables."""

import pytest
from shield_house import ask, reply

from garim_addon.media.download import Withheld, hashed, withheld

LENGTH = {"content_length": "5000"}
SAVED = {"content_disposition": 'attachment; filename="a"'}


@pytest.mark.parametrize(
    ("request_", "response", "is_hashed"),
    [
        (ask(), reply(mime="application/zip"), True),
        (ask(), reply(mime="text/html", **LENGTH), True),
        (ask(method="POST"), reply(mime="application/zip"), True),
        (ask(), reply(404, "application/zip"), True),
        (ask(), reply(206, "application/zip"), False),
        (ask(), reply(204), False),
        (ask(), reply(304), False),
        (ask(), reply(content_length="0"), False),
        (ask(method="HEAD"), reply(mime="application/zip"), False),
        (ask(), reply(mime="text/event-stream"), False),
        (ask(), reply(mime="application/grpc+proto"), False),
        (ask(), reply(mime="application/zip", content_encoding="gzip"), True),
    ],
)
def test_what_comes_whole_is_hashed(request_, response, is_hashed):
    assert hashed(request_, response) is is_hashed


@pytest.mark.parametrize(
    ("destination", "mime", "more", "kept"),
    [
        # With a declared length the end is known.
        ("document", "text/html", LENGTH, Withheld.LAST),
        ("script", "text/javascript; charset=utf-8", LENGTH, Withheld.LAST),
        ("", "application/json", LENGTH, Withheld.LAST),
        ("font", "font/woff2", LENGTH, Withheld.LAST),
        ("", "", LENGTH, Withheld.LAST),
        ("empty", "application/problem+json", LENGTH, Withheld.LAST),
        ("", "application/zip", LENGTH, Withheld.TAIL),
        ("video", "video/mp4", LENGTH, Withheld.TAIL),
        ("empty", "application/octet-stream", LENGTH, Withheld.TAIL),
        ("document", "text/plain", LENGTH | SAVED, Withheld.TAIL),
        # Without one any piece may be the last.
        ("document", "text/html", {}, Withheld.END),
        ("empty", "application/json", {}, Withheld.END),
        ("empty", "application/octet-stream", {}, Withheld.END),
        ("", "application/x-protobuf", {}, Withheld.END),
        ("document", "application/octet-stream", {}, Withheld.NEWEST),
        ("video", "application/octet-stream", {}, Withheld.NEWEST),
        ("", "video/mp4", {}, Withheld.NEWEST),
        ("empty", "application/zip", {}, Withheld.NEWEST),
        ("document", "text/plain", SAVED, Withheld.NEWEST),
        ("empty", "application/octet-stream", SAVED, Withheld.NEWEST),
        ("", "", {}, Withheld.END),
    ],
)
def test_how_much_is_withheld(destination, mime, more, kept):
    request = ask(sec_fetch_dest=destination) if destination else ask()
    assert withheld(request, reply(mime=mime, **more)) is kept
