import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.convert import rows
from garim_feed.convert.rows import MAX_KEPT, BadRow, Sieve, Written, excerpt, lines
from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.publish.items import Item


def texts(data, limit=100):
    return [
        (number, str(text) if isinstance(text, FeedError) else text)
        for number, text in lines(io.BytesIO(data), limit)
    ]


TOO_LONG = "The line is longer than 100 bytes."


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", []),
        (b"a", [(1, "a")]),
        (b"a\n", [(1, "a")]),
        (b"a\r\nb\r\n", [(1, "a"), (2, "b")]),
        (b"a\r\nb\r", [(1, "a"), (2, "b")]),
        (b"\n\na", [(1, ""), (2, ""), (3, "a")]),
        (b"\xef\xbb\xbfa\nb", [(1, "a"), (2, "b")]),
        (b"\xef\xbb\xbf", []),
        ("가\n림".encode(), [(1, "가"), (2, "림")]),
        ("가\n림".encode("cp949"), [(1, "가"), (2, "림")]),
        ("가\n".encode() + "림".encode("cp949"), [(1, "가"), (2, "림")]),
        (b"a\n\xff\nb", [(1, "a"), (2, "The line is not text in UTF-8 or CP949."), (3, "b")]),
        (b"x" * 100 + b"\r\na", [(1, "x" * 100), (2, "a")]),
        (b"x" * 101 + b"\na", [(1, TOO_LONG), (2, "a")]),
        (b"x" * 101, [(1, TOO_LONG)]),
        ("가".encode() * 33 + b"\n" + "가".encode() * 34, [(1, "가" * 33), (2, TOO_LONG)]),
        ("가".encode("cp949") * 51 + b"\na", [(1, TOO_LONG), (2, "a")]),
    ],
)
@pytest.mark.parametrize("block", [1, 2, 7, 1 << 20])
def test_lines(monkeypatch, data, wanted, block):
    monkeypatch.setattr(rows, "_BLOCK", block)
    assert texts(data) == wanted


@given(st.binary(max_size=60) | st.text("a\n\r가", max_size=60).map(str.encode), st.integers(1, 70))
def test_blocks_make_no_difference(data, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_BLOCK", block)
        found = texts(data, 10)
    assert found == texts(data, 10)
    assert [number for number, _ in found] == list(range(1, len(found) + 1))


ENDLESS = """
import io, tracemalloc
from garim_feed.convert.rows import lines

class Endless(io.RawIOBase):
    left = 64

    def read(self, size=-1):
        self.left -= 1
        return b"x" * size if self.left > 0 else b"\\nlast" if self.left == 0 else b""

tracemalloc.start()
found = [(number, str(text)) for number, text in lines(Endless())]
assert found == [(1, "The line is longer than 16384 bytes."), (2, "last")], found
peak = tracemalloc.get_traced_memory()[1]
assert peak < 8 << 20, peak
"""


def test_a_line_without_end_is_not_held():
    # In a process of its own: what else runs in this one would be counted.
    subprocess.run([sys.executable, "-c", ENDLESS], check=True)


def test_rows_of_lines():
    def parse(text):
        if text == "bad":
            raise FeedError("{text} is bad.", text=text)
        return [Item(Kind.HOST, name) for name in text.split()]

    found = list(rows.rows(io.BytesIO(b"a b\n\nbad\n\xff\nc"), parse))
    assert [row for row in found if isinstance(row, Item)] == [
        Item(Kind.HOST, name) for name in "abc"
    ]
    assert [(row.line, row.reason) for row in found if isinstance(row, BadRow)] == [
        (3, "bad is bad."),
        (4, "The line is not text in UTF-8 or CP949."),
    ]


def stream_of_rows():
    yield Item(Kind.HOST, "a.example")
    yield BadRow(2, FeedError("Bad."))
    yield Item(Kind.HOST, "b.example")
    yield BadRow(4, FeedError("Worse."))


def test_a_sieve_is_all_or_nothing():
    sieve = Sieve()
    found = []
    with pytest.raises(FeedError, match=r"^2 rows cannot be .* line 2: Bad\.$"):
        found.extend(sieve.items(stream_of_rows()))
    assert [row.line for row in sieve.bad] == [2, 4]


def test_a_sieve_may_skip():
    sieve = Sieve(skip=True)
    assert [item.subject for item in sieve.items(stream_of_rows())] == ["a.example", "b.example"]
    assert sieve.count == 2


def test_a_sieve_keeps_a_bounded_number():
    sieve = Sieve(skip=True)
    bad = BadRow(1, FeedError("Bad."))
    assert list(sieve.items(bad for _ in range(MAX_KEPT + 5))) == []
    assert len(sieve.bad) == MAX_KEPT
    assert sieve.count == MAX_KEPT + 5


def test_a_sieve_without_bad_rows():
    assert list(Sieve().items([])) == []
    assert Written(1, 2).left_out == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("short", "short"),
        ("가림", "가림"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("\x1b[31mred\n\u202e", "�[31mred��"),
    ],
)
def test_excerpt(text, wanted):
    assert excerpt(text) == wanted
