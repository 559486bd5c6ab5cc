import pytest

from garim_addon.exchange import Request


@pytest.mark.parametrize(
    ("scheme", "host", "port", "path", "expected"),
    [
        ("http", "a.test", 80, "/", "http://a.test/"),
        ("http", "a.test", 8080, "/x?y=1", "http://a.test:8080/x?y=1"),
        ("https", "a.test", 443, "/x", "https://a.test/x"),
        ("https", "a.test", 80, "/x", "https://a.test:80/x"),
        ("http", "::1", 8080, "/", "http://[::1]:8080/"),
    ],
)
def test_address(scheme, host, port, path, expected):
    assert Request("GET", scheme, host, port, path, {}).address == expected


@pytest.mark.parametrize(("value", "expected"), [("Image", "image"), ("", ""), (None, "")])
def test_destination(value, expected):
    headers = {} if value is None else {"sec-fetch-dest": value}
    assert Request("GET", "http", "a", 80, "/", headers).destination == expected
