import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made
from tests.feed.convert.helpers import read, returned, wrote

from garim_feed.convert import rpz
from garim_feed.convert.rows import Written
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item

ALONE = "*.a.example stands without a.example beside it, and an entry would cover both."


def block(host="a.example"):
    return Item(Kind.HOST, host)


def allow(host="a.example"):
    return Item(Kind.HOST, host, Effect.ALLOW)


@pytest.mark.parametrize(
    ("lines", "items", "bad"),
    [
        (["@ SOA a. b. 1 2 3 4 5", "@ NS a."], [], []),
        (["a.example CNAME ."], [block()], []),
        (["a.example CNAME *."], [block()], []),
        (["a.example CNAME rpz-drop."], [block()], []),
        (["a.example CNAME RPZ-Passthru."], [allow()], []),
        (["a.example CNAME a.example."], [allow()], []),
        (["192.0.2.7 CNAME ."], [block("192.0.2.7")], []),
        # A host and its wildcard.
        (["a.example CNAME .", "*.a.example CNAME ."], [block()], []),
        (["*.a.example CNAME .", "a.example CNAME ."], [block()], []),
        (["a.example CNAME .", "*.a.example CNAME *."], [block()], []),
        (["*.a.example CNAME ."], [], [(1, ALONE)]),
        (["*.a.example CNAME .", "b.example CNAME ."], [block("b.example")], [(1, ALONE)]),
        (["a.example CNAME .", "b.example CNAME .", "*.a.example CNAME ."], None, [(3, ALONE)]),
        (["a.example CNAME rpz-passthru.", "*.a.example CNAME ."], [allow()], [(2, ALONE)]),
        (["*.a.example CNAME .", "a.example CNAME rpz-passthru."], [allow()], [(1, ALONE)]),
        (["*.a.example CNAME .", "*.a.example CNAME ."], [], [(2, ALONE)]),
        # What a list cannot say.
        (
            ["a.example CNAME rpz-tcp-only."],
            [],
            [(1, "a.example is answered with CNAME rpz-tcp-only., which a list cannot say.")],
        ),
        (
            ["a.example CNAME walled.garden."],
            [],
            [(1, "a.example is answered with CNAME walled.garden., which a list cannot say.")],
        ),
        (
            ["a.example A 192.0.2.1"],
            [],
            [(1, "a.example is answered with A 192.0.2.1, which a list cannot say.")],
        ),
        (
            ["a.example CNAME . x"],
            [],
            [(1, "a.example is answered with CNAME . x, which a list cannot say.")],
        ),
        (
            ["32.7.2.0.192.rpz-ip CNAME ."],
            [],
            [(1, "32.7.2.0.192.rpz-ip is not about a host name.")],
        ),
        (["24.0.0.0.10.rpz-client-ip CNAME ."], [], 1),
        (["ns.a.example.rpz-nsdname CNAME ."], [], 1),
        (["*.a.example.rpz-nsdname CNAME ."], [], 1),
        (["32.7.2.0.192.rpz-nsip CNAME ."], [], 1),
        (["@ CNAME ."], [], [(1, "A CNAME record of the zone itself says nothing.")]),
        (["com CNAME ."], [], [(1, "com is one word, not a host name.")]),
        (["*.*.a.example CNAME ."], [], 1),
        (["a.*.example CNAME ."], [], [(1, "a.*.example is not a host name.")]),
    ],
)
def test_records(lines, items, bad):
    found, refused = read(rpz, "\n".join(lines))
    assert items is None or found == items
    assert len(refused) == bad if isinstance(bad, int) else refused == bad


def test_a_whole_zone():
    zone = """$TTL 2h
$ORIGIN rpz.example.net.
@   IN SOA ns.example.net. host.example.net. (
        2026010101 ; serial
        1h 15m 30d 2h )
    IN NS ns.example.net.
bad.example       CNAME .
*.bad.example     CNAME .
good.bad.example  CNAME rpz-passthru.
worse.example.rpz.example.net. 60 IN CNAME *.
walled.example    A     192.0.2.2
                  AAAA  2001:db8::2
"""
    items, bad = read(rpz, zone)
    assert items == [block("bad.example"), allow("good.bad.example"), block("worse.example")]
    assert [line for line, _ in bad] == [11, 12]


def test_hosts_that_a_zone_cannot_name_are_left_out():
    items = [block(), allow("b.example"), block("192.0.2.7"), Item(Kind.MD5, "00" * 16)]
    did, data = wrote(rpz, items)
    assert did == Written(2, 2)
    assert data.decode().splitlines()[3:] == [
        "a.example CNAME .",
        "*.a.example CNAME .",
        "b.example CNAME rpz-passthru.",
        "*.b.example CNAME rpz-passthru.",
    ]


@given(st.lists(made.hosts, max_size=9))
def test_what_is_written_comes_back(items):
    assert returned(rpz, items) == (items, [])


@given(st.binary(max_size=80) | st.text("a.*@ CNAME\n", max_size=80).map(str.encode))
def test_whatever_comes_is_a_row(data):
    read(rpz, data)
