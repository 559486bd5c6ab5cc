import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made
from tests.feed.convert.helpers import read, returned, wrote

from garim_feed.convert import hosts
from garim_feed.convert.rows import Written
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", []),
        ("# comment", []),
        ("  # comment", []),
        ("0.0.0.0 a.example", ["a.example"]),
        ("127.0.0.1\ta.example  # why", ["a.example"]),
        ("127.1.2.3 a.example", ["a.example"]),
        (":: a.example", ["a.example"]),
        ("::1 a.example", ["a.example"]),
        ("0 a.example", ["a.example"]),
        ("0.0.0.0 A.Example.", ["a.example"]),
        ("0.0.0.0 a.example b.example", ["a.example", "b.example"]),
        ("0.0.0.0 가림.한국", ["xn--o39am4x.xn--3e0b707e"]),
        ("0.0.0.0 192.0.2.7", ["192.0.2.7"]),
        ("127.0.0.1 localhost", []),
        ("127.0.0.1 localhost.localdomain", []),
        ("::1 localhost ip6-localhost ip6-loopback", []),
        ("255.255.255.255 broadcasthost", []),
        ("fe80::1%lo0 localhost", []),
        ("ff02::1 ip6-allnodes", []),
        ("0.0.0.0 0.0.0.0", []),
        ("127.0.0.1 localhost a.example", ["a.example"]),
        ("192.0.2.1 a.example", "a.example is sent to 192.0.2.1, not blocked."),
        ("a.example", "a.example is not an IP address; a line is `0.0.0.0 host`."),
        ("||a.example^", "||a.example^ is not an IP address; a line is `0.0.0.0 host`."),
        ("0.0.0.0", "0.0.0.0 is followed by no host."),
        ("0.0.0.0 # nothing", "0.0.0.0 is followed by no host."),
        ("0.0.0.0 a_.b", ["a_.b"]),
        ("0.0.0.0 foo", "foo is one word, not a host name."),
        ("0.0.0.0 a.example b!.example", "b!.example is not a host name."),
        ("0.0.0.0 -a.example", "-a.example is not a host name."),
        ("0.0.0.0 " + "a." * 130 + "kr", "a." * 29 + "a… is not a host name."),
    ],
)
def test_a_line(line, wanted):
    items, bad = read(hosts, f"\n{line}\n")
    if isinstance(wanted, str):
        assert (items, bad) == ([], [(2, wanted)])
    else:
        assert (items, bad) == ([Item(Kind.HOST, host) for host in wanted], [])


def test_only_blocked_names_are_written():
    items = [
        Item(Kind.HOST, "a.example"),
        Item(Kind.HOST, "b.example", Effect.ALLOW),
        Item(Kind.HOST, "192.0.2.7"),
        Item(Kind.ADDRESS, "a.example/b"),
        Item(Kind.MD5, "00" * 16),
    ]
    assert wrote(hosts, items) == (Written(1, 4), b"0.0.0.0 a.example\n")


@given(st.lists(made.names.map(lambda name: Item(Kind.HOST, name)), max_size=9))
def test_what_is_written_comes_back(items):
    assert returned(hosts, items) == (items, [])


@given(st.binary(max_size=80) | st.text("0.1: a#\n", max_size=80).map(str.encode))
def test_whatever_comes_is_a_row(data):
    read(hosts, data)
