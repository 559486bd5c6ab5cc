import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.entry import MAX_FILE_BYTES, ImageEntry, read_list
from garim_feed.errors import FeedError

COMMON = {"category": "test", "authority": "Someone", "added": "2026-01-31"}
DIGEST = {"id": "one", "kind": "digest", "sha256": "ab" * 32, **COMMON}
IMAGE = {"id": "two", "kind": "image", "pdq": "cd" * 32, "quality": 90, **COMMON}
HOST = {"id": "three", "kind": "host", "digest": "ef" * 16, **COMMON}
ADDRESS = {"id": "four", "kind": "address", "digest": "ef" * 16, **COMMON}


def listed(*entries, **changes):
    content = {"format": 1, "name": "made-up", "version": "7", "salt": "00" * 16}
    return json.dumps({**content, "entries": entries, **changes}).encode()


def test_a_good_list():
    found = read_list(listed(DIGEST, IMAGE, HOST, ADDRESS))
    assert (found.name, found.version) == ("made-up", "7")
    assert [entry.kind for entry in found.entries] == ["digest", "image", "host", "address"]
    image = found.entries[1]
    assert isinstance(image, ImageEntry)
    assert (image.tight, image.wide, image.negative) == (16, 31, False)
    assert image.added.isoformat() == "2026-01-31"


BAD = {
    "not json": b"{",
    "not an object": b"[]",
    "other format": listed(format=2),
    "no name": listed(name=""),
    "odd name": listed(name="../x"),
    "salt too short": listed(salt="00"),
    "unknown field": listed(extra=1),
    "version is a number": listed(version=7),
    "repeated id": listed(DIGEST, {**HOST, "id": "one"}),
    "unknown kind": listed({**DIGEST, "kind": "regex"}),
    "no kind": listed({k: v for k, v in DIGEST.items() if k != "kind"}),
    "unknown entry field": listed({**DIGEST, "url": "https://example.test"}),
    "short digest": listed({**DIGEST, "sha256": "ab"}),
    "upper case": listed({**DIGEST, "sha256": "AB" * 32}),
    "plain host": listed({**HOST, "digest": "example.test"}),
    "featureless": listed({**IMAGE, "quality": 49}),
    "quality over 100": listed({**IMAGE, "quality": 101}),
    "quality is text": listed({**IMAGE, "quality": "90"}),
    "too wide": listed({**IMAGE, "wide": 32}),
    "tight over wide": listed({**IMAGE, "tight": 20, "wide": 10}),
    "negative digest": listed({**DIGEST, "negative": True}),
    "no date": listed({**DIGEST, "added": "soon"}),
    "no authority": listed({**DIGEST, "authority": ""}),
    "deep": b"[" * 100_000,
    "too large": b" " * (MAX_FILE_BYTES + 1),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_a_bad_list_is_refused_as_a_whole(data):
    with pytest.raises(FeedError) as raised:
        read_list(data)
    assert "{" in raised.value.template
    assert len(str(raised.value)) < 400


@given(st.binary(max_size=200), st.integers(0, 400))
def test_only_feed_errors(junk, place):
    data = listed(DIGEST, IMAGE)
    changed = data[:place] + junk + data[place + len(junk) :]
    try:
        found = read_list(changed)
    except FeedError:
        return
    assert len(found.entries) <= 2
