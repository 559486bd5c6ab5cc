import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.addresses.canonical import canonical_host
from garim_feed.convert import subjects
from garim_feed.errors import FeedError
from garim_feed.kinds import Kind


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("example.com", "example.com"),
        ("Example.COM.", "example.com"),
        ("a_b.example.com", "a_b.example.com"),
        ("가림.한국", "xn--o39am4x.xn--3e0b707e"),
        ("192.0.2.7", "192.0.2.7"),
        ("0xC0000207", "192.0.2.7"),
        ("2001:DB8::1", "[2001:db8::1]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("1.example.com", "1.example.com"),
        ("localhost", "localhost is one word, not a host name."),
        ("com", "com is one word, not a host name."),
        ("", " is not a host name."),
        ("a b.com", "a b.com is not a host name."),
        ("-a.com", "-a.com is not a host name."),
        ("a-.com", "a-.com is not a host name."),
        ("a.123", "a.123 is not a host name."),
        ("1.2.3.999", "1.2.3.999 is not a host name."),
        ("a/b.com", "a/b.com is not a host name."),
        ("a!b.com", "a!b.com is not a host name."),
        ("a.com:80", "a.com:80 is not a host name."),
        ("%00.com", "%00.com is not a host name."),
        ("a" * 64 + ".com", "a" * 59 + "… is not a host name."),
        (
            "*.a.com",
            "*.a.com covers subdomains only, and an entry also covers the host; leave out the *.",
        ),
    ],
)
def test_host(text, wanted):
    if " " in wanted:
        with pytest.raises(FeedError) as raised:
            subjects.host(text)
        assert str(raised.value) == wanted
    else:
        assert subjects.host(text) == wanted


@given(st.text(max_size=30) | st.text("aA0.-_:[]*", max_size=30))
def test_every_listed_host_is_canonical(text):
    try:
        found = subjects.host(text)
    except FeedError:
        return
    assert canonical_host(found) == found == subjects.host(found)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://A.example:80/b?c=%64#e", "a.example/b?c=d"),
        ("a.example/b", "a.example/b"),
        ("http://192.0.2.7", "192.0.2.7/"),
        ("http://localhost/a", None),
        ("http://a%20b.com/", None),
        ("mailto:a@b.example", None),
        ("", None),
    ],
)
def test_address(url, wanted):
    if wanted is None:
        with pytest.raises(FeedError):
            subjects.address(url)
    else:
        assert subjects.address(url) == wanted


@pytest.mark.parametrize(
    ("kind", "text", "good"),
    [
        (Kind.MD5, "aB" * 16, True),
        (Kind.MD5, "ab" * 20, False),
        (Kind.SHA1, "ab" * 20, True),
        (Kind.SHA256, "ab" * 32, True),
        (Kind.SHA256, "zz" * 32, False),
        (Kind.IMAGE, "AB" * 32, True),
        (Kind.IMAGE, "ab" * 31, False),
        (Kind.MD5, "١" * 32, False),
        (Kind.MD5, "a" * 31 + "\n", False),
    ],
)
def test_hex_digest(kind, text, good):
    if good:
        assert subjects.hex_digest(kind, text) == text.lower()
    else:
        with pytest.raises(FeedError, match="hash of"):
            subjects.hex_digest(kind, text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", 50),
        ("50", 50),
        ("100", 100),
        ("49", "The quality is 49; below 50 a picture is featureless and never matches."),
        ("0", "The quality is 0; below 50 a picture is featureless and never matches."),
        ("101", "101 is not a PDQ quality from 0 to 100."),
        ("-1", "-1 is not a PDQ quality from 0 to 100."),
        ("9.5", "9.5 is not a PDQ quality from 0 to 100."),
        ("٩٩", "٩٩ is not a PDQ quality from 0 to 100."),
        ("9" * 5000, "9" * 59 + "… is not a PDQ quality from 0 to 100."),
    ],
)
def test_picture_quality(text, wanted):
    if isinstance(wanted, int):
        assert subjects.picture_quality(text) == wanted
    else:
        with pytest.raises(FeedError) as raised:
            subjects.picture_quality(text)
        assert str(raised.value) == wanted


V1 = "0123456789abcdef0123456789abcdef01234567"
BASE32 = "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH"
V2 = "ab" * 32


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (V1, "1:" + V1),
        (V1.upper(), "1:" + V1),
        (BASE32, "1:" + V1),
        (BASE32.lower(), "1:" + V1),
        (V2, "2:" + V2),
        ("1" * 32, None),
        ("", None),
        ("g" * 40, None),
        ("ab" * 17, None),
    ],
)
def test_info_hash(text, wanted):
    if wanted is None:
        with pytest.raises(FeedError):
            subjects.info_hash(text)
    else:
        assert subjects.info_hash(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"magnet:?xt=urn:btih:{V1}", ("1:" + V1,)),
        (f"magnet:?dn=x&xt=urn:btih:{BASE32}&tr=http%3A%2F%2Ft", ("1:" + V1,)),
        (f"magnet:?xt=urn:BTIH:{V1.upper()}", ("1:" + V1,)),
        (f"magnet:?xt=urn:btmh:1220{V2}", ("2:" + V2,)),
        (f"magnet:?xt=urn%3Abtih%3A{V1}", ("1:" + V1,)),
        (f"magnet:?xt=urn:btih:{V1}&xt=urn:btmh:1220{V2}", ("1:" + V1, "2:" + V2)),
        (f"magnet:?xt.1=urn:btih:{V1}&xt.2=urn:btih:{V1}", ("1:" + V1,)),
        ("magnet:?dn=x", None),
        ("magnet:", None),
        (f"magnet:?xt=urn:btmh:1114{V1}", None),
        ("magnet:?xt=urn:btih:12", None),
        (f"magnet:?xt=urn:btih:{V1}&xt=urn:btih:12", None),
        ("magnet:?" + "&".join(["xt=urn:sha1:x"] * 1001), None),
    ],
)
def test_magnet(text, wanted):
    if wanted is None:
        with pytest.raises(FeedError):
            subjects.magnet(text)
    else:
        assert subjects.magnet(text) == wanted
