import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made
from tests.feed.convert.helpers import read, returned, wrote

from garim_feed.convert import adblock
from garim_feed.convert.rows import Written
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item

HIDES = " hides parts of pages, which a list cannot."
PATTERN = " is a regular expression, which a list never holds."
OPTIONS = " has options, which a list cannot say."
WILDCARD = " has a wildcard, which a list cannot say."
OTHER = " does not name a whole host as ||host^ does."


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", None),
        ("! comment", None),
        ("[Adblock Plus 2.0]", None),
        ("||a.example^", Item(Kind.HOST, "a.example")),
        ("  ||A.example^  ", Item(Kind.HOST, "a.example")),
        ("||가림.한국^", Item(Kind.HOST, "xn--o39am4x.xn--3e0b707e")),
        ("||192.0.2.7^", Item(Kind.HOST, "192.0.2.7")),
        ("@@||a.example^", Item(Kind.HOST, "a.example", Effect.ALLOW)),
        ("||a.example^$third-party", OPTIONS),
        ("@@||a.example^$document", OPTIONS),
        ("||a.example$all", OPTIONS),
        ("||a.example", OTHER),
        ("|a.example^", OTHER),
        ("a.example^", OTHER),
        ("a.example", OTHER),
        ("||a.example^|", OTHER),
        ("||a.example^^", OTHER),
        ("||a.example/b^", OTHER),
        ("|http://a.example/|", OTHER),
        ("/ads/", PATTERN),
        ("/ad[0-9]+\\.js/$script", PATTERN),
        ("@@/ad/", PATTERN),
        ("||*.example^", WILDCARD),
        ("||a*.example^", WILDCARD),
        ("/banner/*/img^", WILDCARD),
        ("a.example##.ad", HIDES),
        ("##.ad", HIDES),
        ("a.example#@#.ad", HIDES),
        ("a.example#?#div:has(.ad)", HIDES),
        ("a.example#$#log", HIDES),
        ("a.example$$script", HIDES),
        ("0.0.0.0 a.example", OTHER),
        ("||^", OTHER),
        ("@@", OTHER),
    ],
)
def test_a_line(line, wanted):
    items, bad = read(adblock, f"\n{line}\n")
    if isinstance(wanted, str):
        assert (items, bad) == ([], [(2, line + wanted)])
    else:
        assert (items, bad) == ([wanted] if wanted else [], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("||foo^", "foo is one word, not a host name."),
        ("||a b.example^", "a b.example is not a host name."),
        ("@@@@||a.example^", "@@@@||a.example^" + OTHER),
    ],
)
def test_a_rule_about_no_host(line, reason):
    assert read(adblock, line) == ([], [(1, reason)])


def test_only_hosts_are_written():
    items = [Item(Kind.HOST, "a.example", Effect.ALLOW), Item(Kind.ADDRESS, "a.example/b")]
    assert wrote(adblock, items) == (Written(1, 1), b"[Adblock Plus 2.0]\n@@||a.example^\n")


@given(st.lists(made.hosts | made.numeric_hosts, max_size=9))
def test_what_is_written_comes_back(items):
    assert returned(adblock, items) == (items, [])


@given(st.binary(max_size=80) | st.text("@|^$/#*a.\n", max_size=80).map(str.encode))
def test_whatever_comes_is_a_row(data):
    read(adblock, data)
