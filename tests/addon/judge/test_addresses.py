"""Which names of a request are looked up."""

import pytest
from made_lists import Made
from shield_house import ask

from garim_addon.exchange import Request
from garim_addon.judge.addresses import Addresses

LISTED = "listed.example"


def request(host="site.example", path="/", sni="", **headers):
    return Request("GET", "https", host, 443, path, headers, sni)


@pytest.fixture
def addresses():
    return Addresses(Made(hosts=[LISTED], addresses=["site.example/item"]))


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (request(LISTED), "host"),
        (request(LISTED.upper()), "host"),
        (request(LISTED, "/deep?x"), "host"),
        (request(path="/item"), "address"),
        (request(path="/item?x"), None),
        (request(), None),
        (request("192.0.2.1", sni=LISTED), "host"),
        (request("192.0.2.1", "/item", sni="site.example"), "address"),
        (request("cdn.example", sni=LISTED), "host"),
    ],
)
def test_the_connected_host_the_named_one_and_the_handshakes(addresses, asked, kind):
    found = addresses.matches(asked)
    assert [m.kind for m in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("header", "listed"),
    [
        (LISTED, True),
        (f"{LISTED}:443", True),
        (f"{LISTED}:x", False),
        ("site.example", False),
        ("[2001:db8::1]:443", False),
        ("2001:db8::1", False),
        ("", False),
        (":", False),
        (f"{LISTED} ", True),
    ],
)
def test_the_host_header_may_name_another(addresses, header, listed):
    asked = Request("GET", "https", "site.example", 443, "/", {"host": header})
    assert bool(addresses.matches(asked)) == listed


def test_an_address_counts_on_the_name_in_the_header_too(addresses):
    asked = Request("GET", "http", "192.0.2.1", 80, "/item", {"host": "site.example"})
    assert [m.kind for m in addresses.matches(asked)] == ["address"]


def test_of_a_connection_only_the_host_is_known(addresses):
    assert addresses.host(LISTED)
    assert not addresses.host("site.example")


def test_a_match_says_which_feed_and_since_when(addresses):
    (match,) = addresses.matches(ask(LISTED, "/"))
    assert (match.feed, match.added, match.entry) == ("kr", "2026-05-01", "host-17")
