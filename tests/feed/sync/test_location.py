"""A truth table: which addresses a feed may have."""

from pathlib import Path

import pytest

from garim_feed.errors import FeedError
from garim_feed.sync.location import base_address, folder_of, is_loopback


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://feed.example", "https://feed.example"),
        ("https://feed.example/", "https://feed.example"),
        ("https://feed.example:8443/garim/", "https://feed.example:8443/garim"),
        ("https://[2001:db8::1]/garim", "https://[2001:db8::1]/garim"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("http://localhost/x", "http://localhost/x"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("file:///srv/feed/", "file:///srv/feed"),
    ],
)
def test_taken(given, kept):
    assert base_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://feed.example",
        "http://127.0.0.1.example/",
        "http://10.0.0.1/",
        "ftp://feed.example/",
        "https://",
        "https:///garim",
        "file://server/share",
        "https://user@feed.example/",
        "https://user:s3cret@feed.example/",
        "https://feed.example/?token=1",
        "https://feed.example/#part",
        "https://feed.example:99999/",
        "https://[feed/",
        "https://가림.example/",
        "feed.example",
        "/no/such/folder",
    ],
)
def test_refused(given):
    with pytest.raises(FeedError) as raised:
        base_address(given)
    # A password is never repeated.
    assert "s3cret" not in str(raised.value)


def test_a_folder_becomes_an_address_and_is_found_again(tmp_path):
    folder = tmp_path / "a feed"
    folder.mkdir()
    address = base_address(str(folder))
    assert address.startswith("file:///")
    assert folder_of(address) == folder
    assert folder_of("https://feed.example") is None


def test_a_folder_given_from_here_is_kept_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("feed").mkdir()
    assert folder_of(base_address("feed")) == tmp_path / "feed"


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
     ("localhost.example", False), ("10.0.0.1", False), ("", False)],
)  # fmt: skip
def test_loopback(host, own):
    assert is_loopback(host) is own
