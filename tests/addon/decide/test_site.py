"""Which names belong to one site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.decide.site import site_of


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.com", "example.com"),
        ("a.b.c.example.com", "example.com"),
        ("example.com", "example.com"),
        ("img.webhard.co.kr", "webhard.co.kr"),
        ("webhard.co.kr", "webhard.co.kr"),
        ("co.kr", "co.kr"),
        ("a.school.hs.kr", "school.hs.kr"),
        ("www.amc.seoul.kr", "amc.seoul.kr"),
        ("a.b.co.uk", "b.co.uk"),
        ("www.go.com", "go.com"),
        ("one.github.io", "one.github.io"),
        ("x.one.github.io", "one.github.io"),
        ("one.tistory.com", "one.tistory.com"),
        ("WWW.Example.COM.", "example.com"),
        ("www.가림.한국", "xn--o39am4x.xn--3e0b707e"),
        ("10.20.30.40", "10.20.30.40"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_a_host_belongs_to_the_name_that_was_registered(host, site):
    assert site_of(host) == site


@given(st.text())
def test_any_text_has_a_site(host):
    assert isinstance(site_of(host), str)
