"""Keyed digests: one installation, one key, owner-only; addresses in one spelling."""

import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.record import keys

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def test_the_key_is_made_once(tmp_path):
    folder = tmp_path / "log"
    first = keys.load(folder).host("a.example")
    assert keys.load(folder).host("a.example") == first
    assert keys.stored(folder).host("a.example") == first
    assert keys.load(tmp_path / "other").host("a.example") != first


@posix
def test_the_key_is_the_owners_only(tmp_path):
    folder = tmp_path / "log"
    keys.load(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / keys.FILE).stat().st_mode) == 0o600


def test_a_look_makes_no_key_and_a_cut_one_is_none(tmp_path):
    assert keys.stored(tmp_path) is None
    assert not list(tmp_path.iterdir())
    folder = tmp_path / "log"
    old = keys.load(folder).host("a")
    (folder / keys.FILE).write_bytes(b"short")
    assert keys.stored(folder) is None
    assert keys.load(folder).host("a") != old
    assert keys.stored(folder) is not None


def test_kinds_of_digests_differ_and_hide_the_text():
    found = keys.Keys(b"s" * 32)
    digests = {found.address("x"), found.host("x"), found.content("x"), found.derived("x").hex()}
    assert len(digests) == 4
    assert found.content("") == ""
    assert found.content("AB") == found.content("ab")
    assert len(found.derived("zones")) == 32


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("HTTPS://A.Example", "https://a.example/"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("http://a.example:80/", "http://a.example/"),
        ("https://a.example:8443/", "https://a.example:8443/"),
        ("https://a.example/x?q=1#part", "https://a.example/x?q=1"),
        ("https://a.example./x", "https://a.example/x"),
        (" https://a.example/X ", "https://a.example/X"),
        ("https://가림.한국/", "https://xn--o39am4x.xn--3e0b707e/"),
        ("https://[::1]:8/", "https://[::1]:8/"),
        ("no address", "no address"),
        ("https://a:99999999/", "https://a:99999999/"),
        ("https://[/", "https://[/"),
    ],
)
def test_an_address_has_one_spelling(typed, same):
    assert keys.canonical(typed) == same


@given(st.text())
def test_any_text_has_a_digest(text):
    found = keys.Keys(b"s" * 32)
    assert len(found.address(text)) == len(found.host(text)) == 32
