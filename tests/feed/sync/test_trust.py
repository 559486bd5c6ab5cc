import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.sync.simulator import FeedSimulator, Server

from garim_feed.errors import FeedError
from garim_feed.sync import trust
from garim_feed.sync.source import SourceError, Trouble

URL = "https://feed.example/garim"


@pytest.fixture(scope="module")
def feed() -> FeedSimulator:
    return FeedSimulator("kmcc")


@pytest.fixture
def fetch(feed):
    server = Server(feed)

    def fetch(fingerprint):
        return trust.fetch_root(URL, fingerprint, source=server)

    fetch.server = server  # type: ignore[attr-defined]
    return fetch


def test_a_root_says_what_it_is(feed):
    facts = trust.inspect(feed.root_file)
    assert (facts.version, facts.keys, facts.threshold) == (1, 3, 2)
    assert facts.expires == feed.root.expires
    assert len(facts.fingerprint) == 64


def test_the_fingerprint_is_of_what_is_said_not_of_who_signed(feed):
    told = trust.inspect(feed.root_file).fingerprint
    assert trust.inspect(feed.sign("root", 3)).fingerprint == told
    spread = json.dumps(json.loads(feed.root_file), indent=4).encode()
    assert trust.inspect(spread).fingerprint == told
    assert trust.inspect(FeedSimulator("kmcc").root_file).fingerprint != told


def test_a_root_that_not_enough_of_its_keys_signed_is_none(feed):
    with pytest.raises(FeedError, match="not signed by enough"):
        trust.inspect(feed.sign("root", 1))


def test_other_metadata_is_no_root(feed):
    with pytest.raises(FeedError, match="says it is timestamp"):
        trust.inspect(feed.files["metadata/timestamp.json"])


def test_a_feed_without_consistent_snapshots_is_not_followed():
    feed = FeedSimulator("kmcc")
    feed.root.consistent_snapshot = False
    with pytest.raises(FeedError, match="consistent snapshots"):
        trust.inspect(feed.sign("root"))


def test_a_huge_file_is_not_even_parsed():
    with pytest.raises(FeedError, match="too large"):
        trust.inspect(b" " * 512_001)


@given(st.binary(max_size=200) | st.text(max_size=50).map(str.encode))
def test_anything_else_is_no_root(data):
    with pytest.raises(FeedError):
        trust.inspect(data)


@given(st.data())
def test_a_damaged_root_is_none_or_the_same(feed, data):
    at = data.draw(st.integers(0, len(feed.root_file) - 1))
    byte = data.draw(st.integers(0, 255))
    damaged = feed.root_file[:at] + bytes([byte]) + feed.root_file[at + 1 :]
    told = trust.inspect(feed.root_file).fingerprint
    with suppress(FeedError):
        assert trust.inspect(damaged).fingerprint == told


def test_readable():
    assert trust.readable("0123456789abcdef") == "0123 4567 89ab cdef"
    assert trust.readable("") == ""


@pytest.mark.parametrize(
    "spell",
    [str, str.upper, trust.readable, lambda f: ":".join(f[i : i + 2] for i in range(0, 64, 2))],
)
def test_an_expected_root_is_fetched(feed, fetch, spell):
    told = trust.inspect(feed.root_file).fingerprint
    assert fetch(spell(told)) == feed.root_file
    assert fetch.server.took() == ["metadata/1.root.json"]
    assert fetch.server.closed == 1


@pytest.mark.parametrize("expected", ["", "0" * 64, "가림"])
def test_another_root_is_not_taken(feed, fetch, expected):
    with pytest.raises(FeedError, match="ask its keepers") as raised:
        fetch(expected)
    shown = str(raised.value.params["found"])
    assert shown == trust.readable(trust.inspect(feed.root_file).fingerprint)


def test_a_root_that_cannot_be_had(fetch):
    def broken(_path, _headers):
        raise SourceError(Trouble.NAME)

    fetch.server.hook = broken
    with pytest.raises(FeedError, match="is not found"):
        fetch("0" * 64)
    assert fetch.server.closed == 1


def test_an_address_that_is_none():
    with pytest.raises(FeedError, match="https"):
        trust.fetch_root("http://feed.example", "0" * 64)
