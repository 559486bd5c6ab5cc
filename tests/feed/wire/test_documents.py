import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.wire import documents
from garim_feed.wire.documents import Document


class Inner(Document):
    words: tuple[str, ...]


class Outer(Document):
    number: int
    inner: Inner


GOOD = b'{"inner":{"words":["\xea\xb0\x80","b"]},"number":7}\n'


def read(data, limit=1000):
    return documents.read(Outer, data, "made.json", limit)


def test_there_and_back():
    found = read(GOOD)
    assert found == Outer(number=7, inner=Inner(words=("가", "b")))
    assert documents.write(found) == GOOD


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "made.json"), (b"{", "made.json"), (b"[]", "made.json"), (b"null", "made.json"),
        (b"\xff", "made.json"), (GOOD + b"x", "made.json"), (GOOD[:-2], "made.json"),
        (b"\xef\xbb\xbf" + GOOD, "made.json"), (GOOD.decode().encode("utf-16"), "made.json"),
        (b'{"number":7}', "inner: Field required"),
        (b'{"inner":{"words":[]},"number":"7"}', "number: "),
        (b'{"inner":{"words":[]},"number":7.0}', "number: "),
        (b'{"inner":{"words":[]},"number":true}', "number: "),
        (b'{"inner":{"words":[]},"number":null}', "number: "),
        (b'{"inner":{"words":[]},"number":NaN}', "not a number"),
        (b'{"inner":{"words":[]},"number":-Infinity}', "not a number"),
        (b'{"inner":{"words":[]},"number":7,"more":1}', "more: Extra"),
        (b'{"inner":{"words":[]},"number":7,"number":7}', "twice"),
        (b'{"inner":{"words":[],"words":[]},"number":7}', "twice"),
        (b'{"inner":{"words":["\\ud800"]},"number":7}', "made.json"),
        (b'{"inner":{"words":[1]},"number":7}', "inner.words.0: "),
        (b"[" * 900, "made.json"), (b'{"number":' + b"9" * 900 + b"}", "made.json"),
        (GOOD + b" " * 1000, "too long"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_said_in_one_way(data, said):
    with pytest.raises(FeedError, match="is not valid") as caught:
        read(data)
    assert said in str(caught.value)
    assert caught.value.params["file"] == "made.json"


def test_deep_nesting_is_refused():
    with pytest.raises(FeedError):
        read(b"[" * 1_000_000, limit=1_000_000)
    with pytest.raises(FeedError):
        read(b'{"a":' * 200_000, limit=1_000_000)


def test_what_is_said_is_short_and_harmless():
    evil = "\\u001b[31m" + "가" * 500
    data = f'{{"inner":{{"words":[]}},"number":7,"{evil}":1}}'.encode()
    with pytest.raises(FeedError) as caught:
        read(data, limit=9999)
    said = caught.value.params["reason"]
    assert len(said) <= 200
    assert said.isprintable()
    assert said.isascii()


@made.QUICK
@given(st.binary(max_size=80), st.integers(0, len(GOOD)), st.integers(0, 20))
def test_noise(noise, start, length):
    for data in (noise, GOOD[:start] + noise + GOOD[start + length :]):
        try:
            found = read(data)
        except FeedError:
            continue
        assert documents.read(Outer, documents.write(found), "made.json", 9999) == found
