"""One part without numpy: entries, terms, what it takes away, the gate; arrays that do not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import EXACT, Effect, Kind, Term
from garim_feed.lookup.index_file import IndexFile, write_index
from garim_feed.lookup.part import Part, scope_places
from garim_feed.lookup.part_file import base_arrays

TERMS = {
    "terms.added": np.array([5, 6], np.uint16),
    "terms.expires": np.array([0, 9], np.uint16),
    "terms.effect": np.array([0, 1], np.uint8),
}
HOSTS = {"host.keys": np.array([10, 20], np.uint64), "host.terms": np.array([1, 0], np.uint8)}
IMAGES = {
    "image.pdq": np.zeros((2, 32), np.uint8),
    **{f"image.{name}": np.zeros(1, np.uint8) for name in ("quality", "tight", "wide", "terms")},
}
VIDEOS = {
    "video.ids": np.array([1, 2], np.uint64),
    **{f"video.{name}": np.zeros(2, np.uint8) for name in ("tight", "wide", "terms")},
}
FRAMES = {
    "frame.pdq": np.zeros((3, 32), np.uint8),
    "frame.video": np.array([0, 0, 1], np.uint32),
    "frame.time": np.zeros(1, np.uint32),
    "frame.quality": np.zeros(1, np.uint8),
}


def part(tmp_path, arrays):
    write_index(tmp_path / "part.idx", arrays)
    return Part(IndexFile(tmp_path / "part.idx"))


def test_entries_and_their_terms(tmp_path):
    made = part(tmp_path, TERMS | HOSTS)
    assert made.find(Kind.HOST, 10) == Term(6, 9, Effect.ALLOW)
    assert made.find(Kind.HOST, 20) == Term(5)
    assert made.find(Kind.HOST, 15) is None
    assert made.find(Kind.ADDRESS, 10) is None
    assert made.kinds == {Kind.HOST}


def test_what_is_taken_away(tmp_path):
    made = part(tmp_path, {"gone.host": np.array([1, 5], np.uint64)})
    assert made.takes_away(Kind.HOST, 5)
    assert not made.takes_away(Kind.HOST, 6)
    assert not made.takes_away(Kind.ADDRESS, 5)
    assert made.kinds == frozenset()


def test_a_part_with_everything(tmp_path):
    made_up = part(tmp_path, base_arrays(made.some().added))
    assert made_up.kinds == {*EXACT, Kind.IMAGE, Kind.VIDEO}
    assert all(made_up.find(kind, 7 << 40) == Term(20_000) for kind in EXACT)
    assert all(made_up.in_scope(scope) for scope in (5, 6, 2**32 - 1))


def test_an_empty_part(tmp_path):
    made = part(tmp_path, {})
    assert made.find(Kind.HOST, 1) is None
    assert not made.in_scope(1)


@pytest.mark.parametrize(
    ("terms", "effect"), [([2, 2], 0), ([255, 255], 0), ([0, 0], 3), ([0, 0], 255)]
)
def test_damaged_numbers_are_no_entry(tmp_path, terms, effect):
    arrays = {
        "host.terms": np.array(terms, np.uint8),
        "terms.effect": np.array([effect, 0], np.uint8),
    }
    assert part(tmp_path, TERMS | HOSTS | arrays).find(Kind.HOST, 10) is None


BAD = [
    TERMS | HOSTS | {"terms.added": np.zeros(3, np.uint16)},
    TERMS | HOSTS | {"terms.effect": np.zeros(0, np.uint8)},
    TERMS | HOSTS | {"host.terms": np.zeros(3, np.uint8)},
    TERMS | HOSTS | {"host.terms": np.zeros(0, np.uint8)},
    TERMS | HOSTS | {"host.keys": np.zeros(2, np.uint32)},
    TERMS | HOSTS | {"host.keys": np.zeros((2, 1), np.uint64)},
    TERMS | {"gone.host": np.zeros(2, np.uint32)},
    TERMS | {"scopes": np.zeros(2, np.uint8)},
    TERMS | IMAGES | {"image.pdq": np.zeros((2, 31), np.uint8)},
    TERMS | IMAGES | {"image.pdq": np.zeros(64, np.uint8)},
    TERMS | IMAGES | {"image.wide": np.zeros(3, np.uint8)},
    TERMS | {name: one for name, one in IMAGES.items() if name != "image.terms"},
    TERMS | {name: one for name, one in IMAGES.items() if name != "image.pdq"},
    TERMS | VIDEOS | FRAMES | {"video.ids": np.zeros((2, 2), np.uint64)},
    TERMS | VIDEOS | FRAMES | {"frame.video": np.zeros(2, np.uint32)},
    TERMS | VIDEOS | FRAMES | {"video.tight": np.zeros(0, np.uint8)},
    TERMS | VIDEOS | FRAMES | {"frame.time": np.zeros((3, 1), np.uint32)},
]


@pytest.mark.parametrize("arrays", BAD)
def test_arrays_that_do_not_belong_together(tmp_path, arrays):
    with pytest.raises(FeedError):
        part(tmp_path, arrays)


@given(st.integers(0, 2**32 - 1), st.integers(1, 2**31).map(lambda words: 64 * words))
def test_places_are_inside_and_the_same_for_columns(scope, bits):
    if bits >= 2**32:
        bits = 64
    places = scope_places(scope, bits)
    assert all(0 <= place < bits for place in places)
    columns = scope_places(np.array([scope], np.uint64), bits)
    assert tuple(int(column[0]) for column in columns) == places


def test_the_gate_misses_nothing_and_lets_few_through(tmp_path):
    rng = np.random.default_rng(3)
    scopes = np.unique(rng.integers(0, 2**32, 20_000, dtype=np.uint32))
    content = made.tables(made.nothing(), scopes=scopes.tolist())
    gate = part(tmp_path, base_arrays(content))
    assert all(gate.in_scope(scope) for scope in scopes.tolist())
    others = set(rng.integers(0, 2**32, 5000).tolist()) - set(scopes.tolist())
    assert sum(gate.in_scope(scope) for scope in others) < 0.12 * len(others)
    assert gate.file.size < 20_000
