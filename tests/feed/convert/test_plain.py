import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made
from tests.feed.convert.helpers import read, returned, wrote

from garim_feed.convert import plain
from garim_feed.convert.rows import Written
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Frame, Item

H32, H40, H64 = "ab" * 16, "ab" * 20, "ab" * 32
EITHER = " may be a digest, a torrent or a picture; write which, and a colon, before it."


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", []),
        ("# comment", []),
        ("a.example", [Item(Kind.HOST, "a.example")]),
        ("  A.Example. # why", [Item(Kind.HOST, "a.example")]),
        ("host:a.example", [Item(Kind.HOST, "a.example")]),
        ("가림.한국", [Item(Kind.HOST, "xn--o39am4x.xn--3e0b707e")]),
        ("192.0.2.7", [Item(Kind.HOST, "192.0.2.7")]),
        ("2001:db8::1", [Item(Kind.HOST, "[2001:db8::1]")]),
        ("https://A.example/b?c#d", [Item(Kind.ADDRESS, "a.example/b?c")]),
        ("HTTP://a.example/b", [Item(Kind.ADDRESS, "a.example/b")]),
        ("https://a.example/", [Item(Kind.HOST, "a.example")]),
        ("https://a.example", [Item(Kind.HOST, "a.example")]),
        ("address:a.example/", [Item(Kind.ADDRESS, "a.example/")]),
        ("address:https://a.example/b", [Item(Kind.ADDRESS, "a.example/b")]),
        (H32.upper(), [Item(Kind.MD5, H32)]),
        (f"md5:{H32}", [Item(Kind.MD5, H32)]),
        (f"sha1: {H40}", [Item(Kind.SHA1, H40)]),
        (f"sha256:{H64}", [Item(Kind.SHA256, H64)]),
        (f"torrent:{H40}", [Item(Kind.TORRENT, "1:" + H40)]),
        (f"torrent:{H64}", [Item(Kind.TORRENT, "2:" + H64)]),
        (f"torrent:magnet:?xt=urn:btih:{H40}", [Item(Kind.TORRENT, "1:" + H40)]),
        (
            f"magnet:?xt=urn:btih:{H40}&xt=urn:btmh:1220{H64}",
            [Item(Kind.TORRENT, "1:" + H40), Item(Kind.TORRENT, "2:" + H64)],
        ),
        (f"image:{H64}", [Item(Kind.IMAGE, H64, quality=50)]),
        (f"image:{H64}:99", [Item(Kind.IMAGE, H64, quality=99)]),
        (f"negative image:{H64}:99", [Item(Kind.IMAGE, H64, Effect.NEGATIVE, 99)]),
        ("allow a.example", [Item(Kind.HOST, "a.example", Effect.ALLOW)]),
        ("allow  https://a.example/b", [Item(Kind.ADDRESS, "a.example/b", Effect.ALLOW)]),
        ("allow https://a.example/", [Item(Kind.HOST, "a.example", Effect.ALLOW)]),
        (H40, H40 + EITHER),
        (H64, "ab" * 29 + "a…" + EITHER),
        (f"negative {H32}", "Only pictures can be negative, and only other things allowed."),
        (f"allow image:{H64}", "Only pictures can be negative, and only other things allowed."),
        (
            f"image:{H64}:12",
            "The quality is 12; below 50 a picture is featureless and never matches.",
        ),
        ("allow", "allow is one word, not a host name."),
        ("video:x", "video:x is not a host name."),
        ("a.example/b", "a.example/b has no scheme; an address starts with http."),
        ("ftp://a.example/b", "ftp://a.example/b has no scheme; an address starts with http."),
        ("||a.example^", "||a.example^ is not a host name."),
        ("0.0.0.0 a.example", "0.0.0.0 a.example is not a host name."),
        ("http://localhost/", "localhost is one word, not a host name."),
        ("magnet:?dn=x", "magnet:?dn=x is a magnet link without an info-hash."),
        ("md5:12", "12 is not a md5 hash of 32 hex digits."),
        ("-a.example", "-a.example is not a host name."),
        ("a." * 130 + "kr", "a." * 29 + "a… is not a host name."),
    ],
)
def test_a_line(line, wanted):
    items, bad = read(plain, f"\n{line}\n")
    assert (items, bad) == (([], [(2, wanted)]) if isinstance(wanted, str) else (wanted, []))


@pytest.mark.parametrize(
    ("text", "bare", "item"),
    [
        (H40, Kind.SHA1, Item(Kind.SHA1, H40)),
        (H40, Kind.TORRENT, Item(Kind.TORRENT, "1:" + H40)),
        (H64, Kind.SHA256, Item(Kind.SHA256, H64)),
        (H64, Kind.IMAGE, Item(Kind.IMAGE, H64, quality=50)),
        (H64, Kind.TORRENT, Item(Kind.TORRENT, "2:" + H64)),
        ("a.example", Kind.SHA256, Item(Kind.HOST, "a.example")),
        (f"md5:{H32}", Kind.SHA256, Item(Kind.MD5, H32)),
    ],
)
def test_the_caller_may_say_what_bare_digits_are(text, bare, item):
    assert read(plain, text, bare=bare) == ([item], [])


def test_bare_digits_of_another_length_are_refused():
    assert read(plain, H40, bare=Kind.SHA256) == (
        [],
        [(1, f"{H40} is not a sha256 hash of 64 hex digits.")],
    )


def test_what_no_line_can_say_is_left_out():
    video = Item(Kind.VIDEO, "", frames=(Frame(H64, 99, 0),))
    sound = Item(Kind.AUDIO, "", points=(1,))
    assert wrote(plain, [video, Item(Kind.HOST, "a.example"), sound]) == (
        Written(1, 2),
        b"a.example\n",
    )


things = st.one_of(
    made.hosts,
    made.numeric_hosts,
    made.addresses,
    made.files(),
    made.torrents,
    made.images(bounds=False),
)


@given(st.lists(things, max_size=9))
def test_what_is_written_comes_back(items):
    assert returned(plain, items) == (items, [])


@given(st.binary(max_size=80) | st.text("a.:/#0 magnet\n", max_size=80).map(str.encode))
def test_whatever_comes_is_a_row(data):
    read(plain, data)
