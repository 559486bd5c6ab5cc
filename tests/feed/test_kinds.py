"""The words of a list and the figures that bound them."""

from datetime import date

import pytest

from garim_feed import kinds
from garim_feed.kinds import Effect, Kind, Term


@pytest.mark.parametrize(
    ("expires", "today", "counts"),
    [(0, 0, True), (0, 65_535, True), (10, 9, True), (10, 10, False), (10, 11, False)],
)
def test_a_term_ends_on_its_day(expires, today, counts):
    assert Term(1, expires).in_force(today) is counts


@pytest.mark.parametrize("number", [0, 1, 20_779, 65_535])
def test_days_are_counted_from_the_epoch(number):
    assert kinds.day_number(kinds.day(number)) == number
    assert kinds.day(0) == date(1970, 1, 1)


def test_ids_are_opaque_and_of_one_length():
    assert kinds.entry_id(Kind.HOST, 0) == "host-0000000000000000"
    assert kinds.entry_id(Kind.IMAGE, 2**64 - 1) == "image-ffffffffffffffff"


def test_numbers_in_files_never_change():
    assert kinds.EFFECTS == (Effect.BLOCK, Effect.ALLOW, Effect.NEGATIVE)
    assert [kind.value for kind in kinds.EXACT] == [
        "host", "address", "sha256", "sha1", "md5", "torrent",
    ]  # fmt: skip
    assert {kind.value: size for kind, size in kinds.DIGESTS.items()} == {
        "sha256": 32, "sha1": 20, "md5": 16,
    }  # fmt: skip
    assert kinds.TIGHT_BITS <= kinds.WIDE_BITS == 31
