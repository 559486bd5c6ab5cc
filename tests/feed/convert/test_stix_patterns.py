import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.convert.stix_patterns import MAX_PATTERN, comparisons, literal
from garim_feed.errors import FeedError

DOMAIN, URL = ("domain-name", "value"), ("url", "value")
SHA256, MD5 = ("file", "hashes", "SHA-256"), ("file", "hashes", "MD5")


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("[domain-name:value = 'a.example']", [(DOMAIN, "a.example")]),
        ("  [ domain-name:value='a.example' ]  ", [(DOMAIN, "a.example")]),
        ("[file:hashes.'SHA-256' = 'ab']", [(SHA256, "ab")]),
        ("[file:hashes.MD5 = 'ab']", [(MD5, "ab")]),
        (r"[url:value = 'http://a/\'b\\c']", [(URL, r"http://a/'b\c")]),
        # Several, any of which is enough.
        ("[url:value = 'a' OR url:value = 'b']", [(URL, "a"), (URL, "b")]),
        ("[url:value = 'a'] OR [domain-name:value = 'b']", [(URL, "a"), (DOMAIN, "b")]),
        ("([url:value = 'a']) OR ([url:value = 'b'])", [(URL, "a"), (URL, "b")]),
        ("[url:value IN ('a', 'b')]", [(URL, "a"), (URL, "b")]),
        ("[url:value IN ('NOT a', 'b!=')]", [(URL, "NOT a"), (URL, "b!=")]),
        (
            "[file:hashes.MD5 = 'a' OR file:hashes.'SHA-256' = 'b']",
            [(MD5, "a"), (SHA256, "b")],
        ),
        (r"[url:value IN ('a\'b')]", [(URL, "a'b")]),
    ],
)
def test_single_things(pattern, wanted):
    assert comparisons(pattern) == wanted


@pytest.mark.parametrize(
    "pattern",
    [
        "[file:hashes.MD5 = 'a' AND file:name = 'b']",
        "[url:value = 'a'] AND [url:value = 'b']",
        "[url:value = 'a'] FOLLOWEDBY [url:value = 'b']",
        "[url:value = 'a'] REPEATS 2 TIMES",
        "[url:value = 'a'] WITHIN 5 SECONDS",
        "[url:value LIKE 'a%']",
        "[url:value MATCHES '.*']",
        "[url:value != 'a']",
        "[url:value NOT = 'a']",
        "[url:value NOT IN ('a')]",
        "[ipv4-addr:value ISSUBSET '192.0.2.0/24']",
        "[url:value = 'a' OR url:value != 'b']",
        "[file:size > 5]",
    ],
)
def test_anything_else_is_refused_whole(pattern):
    with pytest.raises(FeedError, match="does not name single things"):
        comparisons(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[file:size = 5]", "compares with something that is no text"),
        ("[file:hashes.MD5 = h'ab']", "compares with something that is no text"),
        ("", "is not a STIX pattern"),
        ("a.example", "is not a STIX pattern"),
        ("[url:value = 'a", "is not a STIX pattern"),
        ("[file:a = 'x' AND url:b = 'y']", "is not a STIX pattern"),
        ("(" * 3000, "is not a STIX pattern"),
        ("[" * (MAX_PATTERN + 1), "longer than 8192 characters"),
    ],
)
def test_what_is_no_pattern(pattern, reason):
    with pytest.raises(FeedError, match=reason):
        comparisons(pattern)


def test_without_stix2_single_comparisons_are_read(monkeypatch):
    monkeypatch.setitem(sys.modules, "stix2.pattern_visitor", None)
    assert comparisons("[url:value = 'a']") == [(URL, "a")]
    with pytest.raises(FeedError, match=r"install garim\[publish\]"):
        comparisons("[url:value IN ('a')]")


@given(st.text())
def test_a_literal_comes_back(text):
    assert comparisons(f"[url:value = {literal(text)}]") == [(URL, text)]
