"""What one argument names."""

import pytest

from garim_agent.errors import UsageError
from garim_agent.feedtool import subjects
from garim_feed.errors import FeedError
from garim_feed.kinds import Kind

HEX = "ab" * 32


@pytest.mark.parametrize(
    ("text", "kind", "parameters", "found"),
    [
        ("host:A.Example", None, None, [(Kind.HOST, "a.example")]),
        ("a.example", Kind.HOST, None, [(Kind.HOST, "a.example")]),
        ("http://a.example", None, None, [(Kind.HOST, "a.example")]),
        ("HTTPS://a.example/", None, None, [(Kind.HOST, "a.example")]),
        ("http://a.example/x", None, None, [(Kind.ADDRESS, "a.example/x")]),
        ("http://a.example/x?b=1&a=2", None, None, [(Kind.ADDRESS, "a.example/x?b=1&a=2")]),
        ("http://a.example/x?b=1&a=2", None, (), [(Kind.ADDRESS, "a.example/x")]),
        ("http://a.example/x?b=1&a=2", None, ("a",), [(Kind.ADDRESS, "a.example/x?a=2")]),
        ("address:a.example/x?b=1", None, ("b",), [(Kind.ADDRESS, "a.example/x?b=1")]),
        ("a.example/x", Kind.ADDRESS, None, [(Kind.ADDRESS, "a.example/x")]),
        ("host:a.example", None, ("b",), [(Kind.HOST, "a.example")]),
        (HEX, Kind.SHA256, None, [(Kind.SHA256, HEX)]),
        (HEX, Kind.TORRENT, None, [(Kind.TORRENT, f"2:{HEX}")]),
        (HEX[:40], Kind.TORRENT, None, [(Kind.TORRENT, f"1:{HEX[:40]}")]),
        (HEX[:32].upper(), None, None, [(Kind.MD5, HEX[:32])]),
        (
            f"magnet:?xt=urn:btih:{HEX[:40]}&xt=urn:btmh:1220{HEX}",
            None,
            None,
            [(Kind.TORRENT, f"1:{HEX[:40]}"), (Kind.TORRENT, f"2:{HEX}")],
        ),
    ],
)
def test_what_is_named(text, kind, parameters, found):
    assert [(item.kind, item.subject) for item in subjects.read(text, kind, parameters)] == found


@pytest.mark.parametrize(
    "text", ["a.example", "photo.jpg", "a.example/x", "ftp://a.example/", HEX[:30], "http:/a"]
)
def test_a_bare_word_is_more_often_a_file_that_is_not_there(text):
    with pytest.raises(UsageError, match="neither a file nor"):
        subjects.read(text)


@pytest.mark.parametrize(
    "text", [HEX, HEX[:40], "host:x", "sha256:1", "magnet:?dn=x", "http://", "image:x:9"]
)
def test_what_is_wrong_says_so(text):
    with pytest.raises(FeedError):
        subjects.read(text)


@pytest.mark.parametrize("word", ["host", "address", "sha256", "sha1", "md5", "torrent", "image"])
def test_kinds_by_name(word):
    assert subjects.kind_of(word) == word


@pytest.mark.parametrize("word", ["", "video", "audio", "HOST"])
def test_other_words_are_no_kinds(word):
    with pytest.raises(UsageError, match="must be one of host, address"):
        subjects.kind_of(word)
