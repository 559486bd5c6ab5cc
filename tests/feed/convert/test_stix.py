import json
import subprocess
import sys
from datetime import date

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made
from tests.feed.convert.helpers import read, returned, wrote

from garim_feed.convert import stix
from garim_feed.convert.rows import Written
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Frame, Item

MD5, SHA1, SHA256, PDQ = "ab" * 16, "ab" * 20, "ab" * 32, "cd" * 32


def indicator(pattern, **more):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--a700f46d-9c08-4113-b733-c34a1cd3ff98",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": "2024-01-01T00:00:00Z",
        **more,
    }


@pytest.mark.parametrize(
    ("pattern", "items"),
    [
        ("[domain-name:value = 'A.example']", [Item(Kind.HOST, "a.example")]),
        ("[ipv4-addr:value = '192.0.2.7']", [Item(Kind.HOST, "192.0.2.7")]),
        ("[ipv6-addr:value = '2001:DB8::1']", [Item(Kind.HOST, "[2001:db8::1]")]),
        ("[url:value = 'https://a.example/b?c']", [Item(Kind.ADDRESS, "a.example/b?c")]),
        ("[url:value = 'https://a.example/']", [Item(Kind.ADDRESS, "a.example/")]),
        (f"[file:hashes.MD5 = '{MD5}']", [Item(Kind.MD5, MD5)]),
        (f"[file:hashes.'SHA-1' = '{SHA1}']", [Item(Kind.SHA1, SHA1)]),
        (f"[file:hashes.SHA256 = '{SHA256.upper()}']", [Item(Kind.SHA256, SHA256)]),
        (f"[artifact:hashes.'SHA-256' = '{SHA256}']", [Item(Kind.SHA256, SHA256)]),
        (f"[file:hashes.PDQ = '{PDQ}']", [Item(Kind.IMAGE, PDQ, quality=50)]),
        (
            f"[file:hashes.MD5 = '{MD5}' OR file:hashes.'SHA-1' = '{SHA1}']",
            [Item(Kind.MD5, MD5), Item(Kind.SHA1, SHA1)],
        ),
        ("[domain-name:value IN ('a.kr', 'A.kr')]", [Item(Kind.HOST, "a.kr")]),
    ],
)
def test_patterns(pattern, items):
    assert read(stix, json.dumps(indicator(pattern))) == (items, [])


DOMAIN = "[domain-name:value = 'a.example']"


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (indicator("[domain-name:value = 'foo']"), "foo is one word, not a host name."),
        (
            indicator("[domain-name:value IN ('a.example', 'foo')]"),
            "foo is one word, not a host name.",
        ),
        (
            indicator("[ipv4-addr:value = '192.0.2.0/24']"),
            "192.0.2.0/24 is not a single IP address.",
        ),
        (indicator("[ipv4-addr:value = '1.2.3.999']"), "1.2.3.999 is not a host name."),
        (indicator("[url:value = 'mailto:a@b']"), "mailto:a@b is not a web address."),
        (indicator("[email-addr:value = 'a@b']"), "email-addr:value cannot be listed."),
        (indicator("[file:hashes.SSDEEP = 'a']"), "file:hashes:SSDEEP cannot be listed."),
        (indicator("[file:name = 'a']"), "file:name cannot be listed."),
        (indicator("[file:hashes.MD5 = '12']"), "12 is not a md5 hash of 32 hex digits."),
        (indicator("[url:value LIKE 'a%']"), "[url:value LIKE 'a%'] does not name single things."),
        (indicator("rule x {}", pattern_type="yara"), "The pattern is in yara, not in STIX."),
        (indicator(5), "The pattern is in stix, not in STIX."),
        (indicator(DOMAIN, revoked=True), "The indicator is revoked."),
        (
            indicator(DOMAIN, valid_until="2025-01-01T00:00:00Z"),
            "The entry expired on 2025-01-01.",
        ),
        (
            indicator(DOMAIN, valid_from="2100-01-01T00:00:00Z"),
            "The indicator is not valid before 2100-01-01T00:00:00Z.",
        ),
        (indicator(DOMAIN, valid_until="never"), "never is not a time."),
        (indicator(DOMAIN, valid_from=5), "5 is not a time."),
        (
            indicator(f"[file:hashes.PDQ = '{PDQ}']", labels=["garim:quality=12"]),
            "The label garim:quality=12 is out of range.",
        ),
        (
            indicator(f"[file:hashes.PDQ = '{PDQ}']", labels=["garim:tight=9", "garim:wide=8"]),
            "The label garim:tight=9 is out of range.",
        ),
        ({"type": 5}, "This is not a STIX object."),
        ({}, "This is not a STIX object."),
        (5, "This is not a STIX object."),
        (None, "This is not a STIX object."),
    ],
)
def test_bad_rows(found, reason):
    text = json.dumps({"type": "bundle", "objects": [{"type": "identity"}, found]}).replace(
        ', {"type": "indicator"', ',\n{"type": "indicator"'
    )
    items, bad = read(stix, text)
    assert items == []
    assert [why for _, why in bad] == [reason]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, Item(Kind.HOST, "a.example")),
        ({"description": "d", "name": "n"}, Item(Kind.HOST, "a.example", note="d")),
        ({"name": "n"}, Item(Kind.HOST, "a.example", note="n")),
        ({"indicator_types": ["benign"]}, Item(Kind.HOST, "a.example", Effect.ALLOW)),
        ({"indicator_types": "benign"}, Item(Kind.HOST, "a.example")),
        ({"indicator_types": ["malicious-activity", 5]}, Item(Kind.HOST, "a.example")),
        (
            {"valid_until": "2100-01-01T00:00:01Z"},
            Item(Kind.HOST, "a.example", expires=date(2100, 1, 2)),
        ),
        ({"valid_until": "9999-12-31T23:59:59Z"}, Item(Kind.HOST, "a.example")),
    ],
)
def test_what_else_an_indicator_says(more, wanted):
    assert read(stix, json.dumps(indicator(DOMAIN, **more))) == ([wanted], [])


def test_a_picture_says_its_figures_in_labels():
    found = indicator(
        f"[file:hashes.PDQ = '{PDQ}']",
        labels=["other", "garim:quality=90", "garim:tight=4", "garim:wide=20"],
        indicator_types=["benign"],
    )
    assert read(stix, json.dumps(found)) == (
        [Item(Kind.IMAGE, PDQ, Effect.NEGATIVE, 90, 4, 20)],
        [],
    )


def test_lines_and_what_is_no_indicator():
    text = """{
  "type": "bundle",
  "objects": [
    {"type": "identity", "name": "x"},
    {"type": "indicator", "pattern": "[domain-name:value = 'a.example']"},
    {"type": "indicator",
     "pattern": "[domain-name:value = 'foo']"},
    {"type": "domain-name", "value": "b.example"},
    oops
"""
    items, bad = read(stix, text)
    assert items == [Item(Kind.HOST, "a.example")]
    assert bad == [
        (6, "foo is one word, not a host name."),
        (9, "The file is not a JSON object from here on."),
    ]


def test_what_stix_cannot_say_is_left_out():
    items = [
        Item(Kind.TORRENT, "1:" + SHA1),
        Item(Kind.VIDEO, "", frames=(Frame(PDQ, 90, 0),)),
        Item(Kind.MD5, MD5),
    ]
    did, data = wrote(stix, items)
    assert did == Written(1, 2)
    assert len(json.loads(data)["objects"]) == 1


def test_an_empty_bundle_is_valid():
    did, data = wrote(stix, [])
    assert did == Written(0, 0)
    assert list(json.loads(data)) == ["type", "id"]
    assert read(stix, data) == ([], [])


things = st.one_of(
    made.hosts,
    made.numeric_hosts,
    made.addresses,
    made.files(expires=made.days, note=made.notes),
    made.images(expires=made.days, note=made.notes),
)


@given(st.lists(things, max_size=6))
def test_what_is_written_comes_back(items):
    assert returned(stix, items) == (items, [])


@pytest.mark.parametrize(
    "item",
    [
        Item(Kind.HOST, "a.example"),
        Item(Kind.HOST, "192.0.2.7", Effect.ALLOW),
        Item(Kind.HOST, "[2001:db8::1]"),
        Item(Kind.ADDRESS, "a.example/b'c?d\\e", note="가림"),
        Item(Kind.SHA256, SHA256, expires=date(2100, 1, 2)),
        Item(Kind.SHA1, SHA1),
        Item(Kind.MD5, MD5),
        Item(Kind.IMAGE, PDQ, Effect.NEGATIVE, 90, 3, 9),
    ],
)
def test_the_stix2_package_takes_what_is_written(item):
    data = wrote(stix, [item, item])[1]
    bundle = stix2.parse(data.decode())
    assert isinstance(bundle.objects[0], stix2.Indicator)
    again = bundle.serialize()
    assert read(stix, again) == ([item, item], [])


def test_stix2_is_loaded_only_for_long_patterns():
    code = (
        "import sys, garim_feed.convert.stix; print('stix2' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@given(st.binary(max_size=80))
def test_whatever_comes_is_a_row(data):
    read(stix, data)
