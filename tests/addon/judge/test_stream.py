"""A stream's filter: what goes on when, and what a listed file keeps for itself."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.judge.digests import Digests
from garim_addon.judge.stream import Download
from garim_addon.media.download import TAIL_BYTES, Withheld


class Taker:
    def __init__(self, withheld, length=0, listed=()):
        self.listed = {hashlib.sha256(body).digest() for body in listed}
        self.asked = []
        self.download = Download(Digests(()), withheld, length, self.ended)

    def ended(self, digests, size):
        self.asked.append((digests, size))
        return digests[0] in self.listed

    def send(self, *pieces):
        return [b"".join(self.download(piece)) for piece in pieces]


@pytest.mark.parametrize(
    ("withheld", "length", "pieces", "sent"),
    [
        (Withheld.END, 0, [b"ab", b"c", b""], [b"ab", b"c", b""]),
        (Withheld.NEWEST, 0, [b"ab", b"c", b""], [b"", b"ab", b"c"]),
        (Withheld.LAST, 3, [b"ab", b"c", b""], [b"ab", b"", b"c"]),
        (Withheld.LAST, 3, [b"abc", b""], [b"", b"abc"]),
        (Withheld.TAIL, 3, [b"ab", b"c", b""], [b"", b"", b"abc"]),
        (Withheld.END, 0, [b""], [b""]),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_what_is_sent_when(withheld, length, pieces, sent, listed):
    body = b"".join(pieces)
    taker = Taker(withheld, length, [body] if listed else [])
    got = taker.send(*pieces)
    assert got[:-1] == sent[:-1]
    assert got[-1] == (b"" if listed else sent[-1])
    assert taker.download.stopped == listed
    assert [size for _, size in taker.asked] == [len(body)]


def test_of_a_file_the_last_64_kib_stay_to_the_end():
    piece = b"x" * 50_000
    taker = Taker(Withheld.TAIL, 10 * len(piece), [piece * 10])
    sent = b"".join(taker.send(*[piece] * 10, b""))
    assert 10 * len(piece) - len(sent) >= TAIL_BYTES
    assert len(sent) >= 10 * len(piece) - TAIL_BYTES - len(piece)


@given(st.sampled_from(Withheld), st.lists(st.binary(max_size=9)), st.booleans())
def test_an_innocent_body_arrives_whole_and_in_order(withheld, pieces, declared):
    body = b"".join(pieces)
    taker = Taker(withheld, len(body) if declared else 0)
    assert b"".join(taker.send(*pieces, b"")) == body


@given(
    st.sampled_from([Withheld.NEWEST, Withheld.TAIL, Withheld.LAST]),
    st.lists(st.binary(min_size=1, max_size=9), min_size=1),
)
def test_a_listed_body_never_arrives_whole(withheld, pieces):
    body = b"".join(pieces)
    taker = Taker(withheld, len(body), [body])
    sent = b"".join(taker.send(*pieces, b""))
    assert body.startswith(sent)
    assert len(sent) < len(body)


@pytest.mark.parametrize("withheld", Withheld)
def test_an_empty_piece_under_way_is_no_way_around(withheld):
    """HTTP/2 allows empty frames: what follows one is hashed like what came before."""
    taker = Taker(withheld, 6, [b"abcdef"])
    sent = b"".join(taker.send(b"abc", b"", b"def", b""))
    assert taker.download.stopped
    assert sent == (b"abcdef" if withheld is Withheld.END else b"abc")


def test_after_the_stop_nothing_goes_on():
    taker = Taker(Withheld.END, 0, [b"abc"])
    assert taker.send(b"abc", b"", b"more", b"") == [b"abc", b"", b"", b""]


def test_giving_up_lets_all_go():
    taker = Taker(Withheld.NEWEST)
    taker.send(b"ab", b"c")
    assert taker.download.give_up(b"d") == [b"c", b"d"]
    assert taker.download.give_up(b"") == []
