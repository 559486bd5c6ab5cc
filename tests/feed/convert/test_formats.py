import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.convert import adblock, hosts, plain, rpz, stix, threatexchange
from garim_feed.convert.formats import FORMATS, by_name, by_suffix, detect
from garim_feed.convert.rows import BadRow
from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.publish.items import Frame, Item

MD5, SHA1, SHA256 = "ab" * 16, "ab" * 20, "ab" * 32
ONE_OF_EACH = {
    Kind.HOST: Item(Kind.HOST, "a.example"),
    Kind.ADDRESS: Item(Kind.ADDRESS, "a.example/b?c"),
    Kind.SHA256: Item(Kind.SHA256, SHA256),
    Kind.SHA1: Item(Kind.SHA1, SHA1),
    Kind.MD5: Item(Kind.MD5, MD5),
    Kind.TORRENT: Item(Kind.TORRENT, "1:" + SHA1),
    Kind.IMAGE: Item(Kind.IMAGE, SHA256, quality=90),
    Kind.VIDEO: Item(Kind.VIDEO, "", frames=(Frame(SHA256, 90, 5),), duration=5),
    Kind.AUDIO: Item(Kind.AUDIO, "", points=(1, 2), duration=5),
}


def test_the_table():
    assert {name: (one.read, one.write) for name, one in FORMATS.items()} == {
        "hosts": (hosts.read, hosts.write),
        "adblock": (adblock.read, adblock.write),
        "rpz": (rpz.read, rpz.write),
        "threatexchange": (threatexchange.read, threatexchange.write),
        "stix": (stix.read, stix.write),
        "plain": (plain.read, plain.write),
    }
    suffixes = [suffix for one in FORMATS.values() for suffix in one.suffixes]
    assert len(set(suffixes)) == len(suffixes)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", Kind)
def test_a_format_holds_the_kinds_that_it_says(name, kind):
    form, stream = FORMATS[name], io.BytesIO()
    did = form.write([ONE_OF_EACH[kind]], stream)
    assert did.written == (kind in form.kinds)
    assert did.left_out == (kind not in form.kinds)
    assert detect(stream.getvalue(), f"x{form.suffixes[0]}") is form
    stream.seek(0)
    assert list(form.read(stream)) == [ONE_OF_EACH[kind]] * did.written


def test_by_name():
    assert by_name("hosts").name == "hosts"
    with pytest.raises(FeedError, match="no format x; there are hosts, adblock, rpz,"):
        by_name("x")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("hosts", "hosts"),
        ("/etc/hosts", "hosts"),
        ("a.hosts", "hosts"),
        ("a.TXT", "plain"),
        ("a.csv", "threatexchange"),
        ("a.b.json", "stix"),
        ("db.rpz", "rpz"),
        ("a", None),
        ("", None),
    ],
)
def test_by_suffix(name, wanted):
    found = by_suffix(name)
    assert (found and found.name) == wanted


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        # What it says decides.
        ("# list\n0.0.0.0 a.example\n0.0.0.0 b.example", "x.txt", "hosts"),
        ("::1 localhost\n127.0.0.1\ta.example", "", "hosts"),
        ("! Title\n||a.example^\n@@||b.example^", "x.txt", "adblock"),
        ("[Adblock Plus 2.0]\n! x", "x.txt", "adblock"),
        ("a.example##.ad\n##.ad\n/ad/", "", "adblock"),
        ("$TTL 5\n@ SOA a b 1 2 3 4 5\na.example CNAME .", "x.txt", "rpz"),
        ("a.example IN CNAME .\n*.a.example 60 IN CNAME .", "", "rpz"),
        ("signal_type,hash\nx", "x.txt", "threatexchange"),
        (f"md5,{MD5}", "", "threatexchange"),
        ('{"type": "bundle"}', "x.txt", "stix"),
        ('\ufeff\n {"a', "", "stix"),
        ("a.example\nb.example", "", "plain"),
        (f"{MD5}\nhttp://a.example/b", "x.csv", "threatexchange"),
        # Its name, where that leaves a choice.
        ("", "x.rpz", "rpz"),
        ("# only a comment", "hosts", "hosts"),
        ("", "", "plain"),
        ("가.한국", "x", "plain"),
        ("2001:db8::1", "", "plain"),
    ],
)
def test_detect(text, name, wanted):
    assert detect(text.encode(), name).name == wanted


@pytest.mark.parametrize("head", [b"\x00", b"\x89PNG\r\n\x1a\n\x00\x00", "a.kr\n".encode("utf-16")])
def test_what_is_no_text(head):
    with pytest.raises(FeedError, match=r"^x\.txt is not a text file\.$"):
        detect(head, "x.txt")


@given(st.binary(max_size=100))
def test_whatever_is_detected_can_be_read(data):
    try:
        form = detect(data)
    except FeedError:
        return
    for row in form.read(io.BytesIO(data)):
        assert isinstance(row, Item | BadRow)


TIRING = """1 a. . : / # ## $ " ' ( ) *. %25 [ { | || ^ @ , ", \\ \\' 가 xt= urn: -."""


@pytest.mark.parametrize(
    "pattern",
    [
        *TIRING.split(),
        *(" ", "\t", "1s ", "- "),
    ],
)
@pytest.mark.parametrize("name", FORMATS)
def test_long_lines_take_no_longer_than_their_length(name, pattern):
    # Whatever backtracks over such a line runs into the time limit of a test.
    for line in (pattern * 9000, "a.example " + pattern * 9000, "magnet:?" + pattern * 9000 + "!"):
        data = f"{line[:16_000]}\n".encode() * 3
        detect(data, name)
        for row in FORMATS[name].read(io.BytesIO(data)):
            assert isinstance(row, Item | BadRow)
