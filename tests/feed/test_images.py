import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garim_feed.entry import ImageEntry
from garim_feed.images import ImageSearch

PLAIN = bytes(range(32))


def entry(bits, name="e", *, tight=16, wide=31, negative=False):
    return ImageEntry(
        id=name, category="test", authority="A", added=date(2026, 1, 1), kind="image",
        pdq=bits.hex(), quality=90, tight=tight, wide=wide, negative=negative,
    )  # fmt: skip


def flipped(bits, count):
    """The hash with `count` bits changed, spread over all words."""
    value = int.from_bytes(bits)
    for index in range(count):
        value ^= 1 << (index * 8 % 256 + index // 32)
    return value.to_bytes(32)


def search(*entries):
    return ImageSearch([(one.id, one) for one in entries])


@pytest.mark.parametrize(
    ("bits", "quality", "wanted"),
    [
        (0, 100, (0, True)), (16, 80, (16, True)), (16, 79, (16, False)), (17, 100, (17, False)),
        (31, 50, (31, False)), (32, 100, None), (0, 50, (0, False)), (0, 49, None), (0, 0, None),
    ],
)  # fmt: skip
def test_bounds(bits, quality, wanted):
    found = search(entry(PLAIN)).near([flipped(PLAIN, bits)], quality)
    assert [(near.distance, near.tight) for near in found] == ([wanted] if wanted else [])


def test_an_entry_may_have_its_own_bounds():
    narrow = search(entry(PLAIN, tight=2, wide=4))
    assert [n.tight for n in narrow.near([flipped(PLAIN, 3)], 90)] == [False]
    assert narrow.near([flipped(PLAIN, 5)], 90) == []


def test_nearest_form_counts_and_nearest_entry_comes_first():
    found = search(entry(PLAIN, "far"), entry(flipped(PLAIN, 8), "near")).near(
        [flipped(PLAIN, 200), flipped(PLAIN, 9)], 100
    )
    assert [(near.item, near.distance) for near in found] == [("near", 1), ("far", 9)]


@pytest.mark.parametrize(
    ("bits", "wanted"),
    [(0, []), (16, []), (17, ["e"]), (31, ["e"])],
    ids=["same", "in", "out", "far"],
)
def test_a_known_innocent_look_alike_wins(bits, wanted):
    innocent = entry(flipped(PLAIN, bits), "innocent", negative=True)
    for entries in ((entry(PLAIN), innocent), (innocent, entry(PLAIN))):
        assert [near.item for near in search(*entries).near([PLAIN], 100)] == wanted


def test_a_negative_entry_alone_matches_nothing():
    assert search(entry(PLAIN, negative=True)).near([PLAIN], 100) == []


def test_nothing_to_search():
    assert search().near([PLAIN], 100) == []
    assert search(entry(PLAIN)).near([], 100) == []


@pytest.mark.parametrize("form", [b"", PLAIN[:31], PLAIN + b"x"])
def test_what_is_no_hash(form):
    with pytest.raises(ValueError, match="32 bytes"):
        search(entry(PLAIN)).near([form], 100)


@settings(max_examples=60)
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=6), st.integers(0, 40))
def test_exact_against_counting(others, bits):
    """Every listed hash within 31 bits is found, with the distance that counting gives."""
    query = flipped(PLAIN, bits)
    listed = {f"e{i}": value for i, value in enumerate([PLAIN, flipped(PLAIN, 25), *others])}
    apart = {n: (int.from_bytes(v) ^ int.from_bytes(query)).bit_count() for n, v in listed.items()}
    found = search(*(entry(v, n) for n, v in listed.items())).near([query], 100)
    assert {near.item: near.distance for near in found} == {
        n: d for n, d in apart.items() if d <= 31
    }


def test_hosts_and_addresses_need_no_numpy():
    code = (
        "import sys; from garim_feed.index import builtin; index = builtin();"
        "assert index.host('blocked.garim.test'); assert index.address('https://garim.test/blocked');"
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
