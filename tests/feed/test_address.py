import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.address import canonical_address, canonical_host, digest, suffixes


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("Example.TEST", "example.test"),
        ("example.test.", "example.test"),
        (" example.test ", "example.test"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("", ""),
        (".", ""),
        ("a" * 254, ""),
    ],
)
def test_canonical_host(host, wanted):
    assert canonical_host(host) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("a.b.example.test", ["a.b.example.test", "b.example.test", "example.test"]),
        ("example.test", ["example.test"]),
        ("localhost", ["localhost"]),
        ("192.0.2.7", ["192.0.2.7"]),
        ("[2001:db8::7]", ["2001:db8::7"]),
        ("", []),
    ],
)
def test_suffixes(host, wanted):
    assert list(suffixes(host)) == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://Example.TEST", "example.test/"),
        ("http://example.test:80/a", "example.test/a"),
        ("https://example.test:443/a", "example.test/a"),
        ("https://example.test:80/a", "example.test:80/a"),
        ("http://example.test:8080/a?b=C#frag", "example.test:8080/a?b=C"),
        ("HTTPS://user:pw@example.test/a", "example.test/a"),
        ("https://example.test/%7ea%2fb%41", "example.test/~a%2FbA"),
        ("https://example.test/가림?q=가", "example.test/%EA%B0%80%EB%A6%BC?q=%EA%B0%80"),
        ("https://example.test/%EA%B0%80", "example.test/%EA%B0%80"),
        ("https://[2001:DB8::1]/x", "[2001:db8::1]/x"),
        ("https://example.test/a b", "example.test/a%20b"),
        ("https://example.test?x=1", "example.test/?x=1"),
        ("ftp://example.test/", ""),
        ("example.test/a", ""),
        ("https://", ""),
        ("https://example.test:99999/", ""),
        ("https://[::1/", ""),
        ("https://example.test/" + "a" * 9000, ""),
    ],
)
def test_canonical_address(url, wanted):
    assert canonical_address(url) == wanted


@given(st.text(max_size=60))
def test_canonical_forms_are_stable(text):
    once = canonical_address(f"https://example.test/{text}")
    assert once.startswith("example.test/")
    assert canonical_address(f"https://{once}") == once
    assert canonical_host(canonical_host(text)) == canonical_host(text)
    list(suffixes(text))
    canonical_address(text)


def test_digests_are_keyed():
    one, other = digest("example.test", b"a" * 16), digest("example.test", b"b" * 16)
    assert len(one) == 16
    assert one != other
    assert one != digest("example.tesu", b"a" * 16)
