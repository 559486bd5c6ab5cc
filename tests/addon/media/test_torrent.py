"""Info-hashes of made torrents, read by the span scanner and by a plain decoder of this test."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garim_addon.media import torrent
from garim_addon.media.errors import MediaError
from garim_addon.verdict import FailureCause


def bencode(value):
    match value:
        case int():
            return b"i%de" % value
        case bytes():
            return b"%d:%s" % (len(value), value)
        case list():
            return b"l" + b"".join(map(bencode, value)) + b"e"
        case dict():
            pairs = sorted(value.items())
            return b"d" + b"".join(bencode(k) + bencode(v) for k, v in pairs) + b"e"


def hashes(*infos):
    """The info-hashes of `info` dictionaries as they are written."""
    return tuple(
        digest(info).digest() for info in infos for digest in (hashlib.sha1, hashlib.sha256)
    )


INFO = {b"length": 9, b"name": b"made up", b"piece length": 16384, b"pieces": bytes(20)}
WHOLE = {b"announce": b"http://t.example/a", b"info": INFO, b"url-list": [b"x", [{}]]}
values = st.recursive(
    st.integers() | st.binary(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=10), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_the_info_hash_of_a_whole_torrent():
    body = bencode(WHOLE)
    assert torrent.looks_like(body[: torrent.HEAD_BYTES])
    assert torrent.info_hashes(body) == hashes(bencode(INFO))


@given(
    st.dictionaries(st.binary(max_size=10).filter(lambda k: k != b"info"), values, max_size=6),
    st.dictionaries(st.binary(max_size=10), values, max_size=6),
)
def test_any_torrents_info_is_found(outer, info):
    assert torrent.info_hashes(bencode(outer | {b"info": info})) == hashes(bencode(info))


A, B = b"d1:ai1ee", b"d1:ai2ee"


@pytest.mark.parametrize(
    ("body", "infos"),
    [
        (b"d4:info" + A + b"e", [A]),
        (b"d4:info" + A + b"4:info" + B + b"e", [A, B]),
        (b"d4:zzzz0:4:info" + A + b"1:ai1ee", [A]),  # out of order
        (b"d4:info" + A + b"eTRAILING", [A]),
        (b"d4:info" + A, [A]),  # cut off behind it
        (b"d4:info" + A + b"3:x", [A]),
        (b"d4:info" + A + b"i1ei1ee", [A]),  # a key that is none
        (b"d1:xd4:info" + B + b"e4:info" + A + b"e", [A]),  # one deeper is another thing
        (b"d1:xl4:infod1:ai1eee4:info" + A + b"e", [A]),
        (b"d04:info" + A + b"e", [A]),
        (b"d4:infode", [b"de"]),
        (b"d4:info2:de4:info" + A + b"e", [A]),
        (b"d4:infod4:info" + A + b"ee", [b"d4:info" + A + b"e"]),
    ],
)
def test_what_a_client_may_read_is_found(body, infos):
    assert torrent.info_hashes(body) == hashes(*infos)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"d",
        b"de",
        b"l4:info" + A + b"e",
        b"d4:info",
        b"d4:infoi1ee",
        b"d4:info3:abce",
        b"d4:infold1:ai1eeee",
        b"d99999999999:infode",
        b"d4:info" + A[:-1],
        b"d4:info" + b"d1:a",
        b"d-4:info" + A + b"e",
        b"d 4:info" + A + b"e",
        b"di1e4:info" + A + b"e",
        b"d4:info9999999999:e",
        b"d4:infodi--1eee",
    ],
)
def test_where_no_info_is_there_is_no_torrent(body):
    with pytest.raises(MediaError) as raised:
        torrent.info_hashes(body)
    assert raised.value.cause is FailureCause.UNDECODABLE


@pytest.mark.parametrize(
    "body",
    [
        b"d1:a" + b"l" * 200 + b"e" * 200 + b"4:info" + A + b"e",
        b"d1:al" + b"i0e" * torrent.MAX_TOKENS + b"e4:info" + A + b"e",
    ],
    ids=["deep", "many"],
)
def test_over_a_cap_it_is_too_large(body):
    with pytest.raises(MediaError) as raised:
        torrent.info_hashes(body)
    assert raised.value.cause is FailureCause.TOO_LARGE


def test_a_crowd_of_infos_is_cut():
    body = b"d" + (b"4:info" + A) * 50 + b"e"
    assert len(torrent.info_hashes(body)) == 2 * torrent.MAX_INFOS


@settings(max_examples=400)
@given(
    st.binary(max_size=80)
    | st.lists(
        st.sampled_from([b"d", b"l", b"e", b"i1e", b"4:info", b"1:a", b"0:", b"9:", b"i-", b"77"]),
        max_size=30,
    ).map(lambda parts: b"d" + b"".join(parts))
)
def test_hostile_bytes_end_in_hashes_or_a_media_error(body):
    try:
        found = torrent.info_hashes(body)
    except MediaError:
        return
    assert [len(each) for each in found] == [20, 32] * (len(found) // 2)


@given(st.integers(0, 200), st.binary(max_size=10))
def test_a_changed_byte_changes_the_hash_or_nothing(at, other):
    body = bytearray(bencode(WHOLE))
    at %= len(body)
    body[at : at + len(other)] = other
    try:
        found = torrent.info_hashes(bytes(body))
    except MediaError:
        return
    assert (bencode(INFO) in body) >= (found[:2] == hashes(bencode(INFO)))


@pytest.mark.parametrize(
    ("head", "looks"),
    [
        (b"d8:announce35:http", True),
        (b"d13:announce-listll", True),
        (b"d4:infod6:length", True),
        (b"d10:created by", True),
        (b"d8:anno", True),  # what came so far fits
        (b"d100:" + b"x" * 59, True),
        (b"d1:ai1e", True),
        (b"d8:announce", True),
        (b"d8:announce\n", False),
        (b"d8:annou\0ce3", False),
        (b"d0:0:e", False),
        (b"de", False),
        (b"d", False),
        (b"d8", False),
        (b"d1234:x", False),
        (b"data: 1", False),
        (b"d 8:announce", False),
        (b"i1e", False),
        (b"", False),
        (b"\x89PNG\r\n", False),
    ],
)
def test_what_looks_like_one(head, looks):
    assert torrent.looks_like(head) == looks


@pytest.mark.parametrize(
    ("head", "more"),
    [(b"d", True), (b"d1", True), (b"d123", True), (b"d1234", False), (b"d1:", False),
     (b"da", False), (b"", False), (b"x", False)],
)  # fmt: skip
def test_a_few_bytes_may_not_tell(head, more):
    assert torrent.undecided(head) == more
