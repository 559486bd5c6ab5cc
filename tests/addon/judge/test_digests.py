"""Digests of a file: only those that some list has entries for."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.judge.digests import Digests, digests

BODY = b"made up" * 99


@pytest.mark.parametrize(
    ("wanted", "sha1", "md5"),
    [
        ((), False, False),
        (("sha256",), False, False),
        (("sha256", "sha1"), True, False),
        (("md5",), False, True),
        (("sha256", "sha1", "md5"), True, True),
        (("crc32",), False, False),
    ],
)
def test_sha256_always_and_the_others_where_asked_for(wanted, sha1, md5):
    assert digests(BODY, frozenset(wanted)) == (
        hashlib.sha256(BODY).digest(),
        hashlib.sha1(BODY).digest() if sha1 else b"",
        hashlib.md5(BODY).digest() if md5 else b"",
    )


@given(st.lists(st.binary()))
def test_pieces_make_the_whole(pieces):
    taken = Digests(("sha1", "md5"))
    for piece in pieces:
        taken.update(piece)
        taken.done()  # looking does not end it
    assert taken.done() == digests(b"".join(pieces), ("sha1", "md5"))
