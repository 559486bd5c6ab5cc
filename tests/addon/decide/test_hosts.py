"""Spelling of hosts, and what an entry covers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.decide.hosts import HostList, normal, pattern, strict


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("한글.한국", "xn--bj0bj06e.xn--3e0b707e"),
        ("[::1]", "::1"),
        ("2001:0DB8::0001", "2001:db8::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("_dmarc.example.com", "_dmarc.example.com"),
        ("localhost", "localhost"),
    ],
)
def test_a_host_has_one_spelling(host, expected):
    assert strict(host) == expected
    assert normal(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        "-a.b",
        "a-.b",
        "a b",
        "a/b",
        "x" * 64,
        "a." * 127 + "ab",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "a.b:80",
        "http://a.b",
        "a.b\n",
        "::g",
        "[a.b]",
        "é" * 70 + ".kr",
        "*.a.b",
    ],
)
def test_what_is_no_host_is_refused_but_never_breaks_a_look_up(host):
    with pytest.raises(ValueError):
        strict(host)
    assert isinstance(normal(host), str)
    assert HostList(["a.example"]).find(host) is None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("Example.com.", "example.com"),
        ("*.Example.com", "*.example.com"),
        (".example.com", "*.example.com"),
        ("nas", "nas"),
        ("10.0.0.1", "10.0.0.1"),
        ("*.go.kr", "*.go.kr"),
    ],
)
def test_an_entry_has_one_spelling(entry, expected):
    assert pattern(entry) == expected


@pytest.mark.parametrize(
    "entry", ["*", "*.", ".", "*.kr", ".com", "*.10.0.0.1", "a.*.b", "*a.b", "..a.b", "*.*.a.b"]
)
def test_a_wildcard_that_is_too_wide_or_out_of_place_is_refused(entry):
    with pytest.raises(ValueError):
        pattern(entry)


@pytest.mark.parametrize(
    ("entry", "host", "covered"),
    [
        ("example.com", "example.com", True),
        ("example.com", "EXAMPLE.com.", True),
        ("example.com", "a.b.example.com", True),
        ("example.com", "badexample.com", False),
        ("example.com", "example.com.evil", False),
        ("example.com", "com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("nas", "nas", True),
        ("nas", "a.nas", False),
        ("kr", "bank.kr", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "5.10.0.0.1", False),
        ("::1", "[::1]", True),
        ("::1", "0:0:0:0:0:0:0:1", True),
        ("한글.한국", "www.한글.한국", True),
        ("한글.한국", "www.xn--bj0bj06e.xn--3e0b707e", True),
    ],
)
def test_an_entry_covers_what_it_says(entry, host, covered):
    hosts = HostList([entry])
    assert (host in hosts) is covered
    assert (hosts.find(host) == pattern(entry)) is covered


def test_the_most_exact_entry_is_named():
    hosts = HostList(["example.com", "*.b.example.com", "a.b.example.com"])
    assert hosts.find("a.b.example.com") == "a.b.example.com"
    assert hosts.find("c.b.example.com") == "*.b.example.com"
    assert hosts.find("b.example.com") == "example.com"
    assert len(hosts) == 3


def test_an_empty_list_covers_nothing():
    assert HostList().find("example.com") is None


@given(st.text())
def test_any_text_can_be_looked_up(host):
    assert HostList(["example.com"]).find(host) in {None, "example.com"}
    assert normal(normal(host)) == normal(host) or not host.isascii()
