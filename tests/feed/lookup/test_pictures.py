"""Near pictures and frames: complete, bounded, and never beyond what a damaged file holds."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed.lookup.made import NEGATIVE, OVER, PDQ, TERM, TODAY, flipped
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, Term
from garim_feed.lookup.bands import NAMES, SCANNED
from garim_feed.lookup.index_file import IndexFile, write_index
from garim_feed.lookup.part_file import base_arrays, tail_arrays
from garim_feed.lookup.pictures import Pictures
from garim_feed.wire.merge import merge

LIMIT = 256


def arrays_of(images=(), videos=()):
    plain = made.nothing()
    plain[Kind.IMAGE] = dict(images)
    plain[Kind.VIDEO] = dict(videos)
    return base_arrays(made.tables(plain))


def opened(folder, arrays, kind=Kind.IMAGE, newer=None, name="part.idx"):
    write_index(folder / name, arrays)
    return Pictures(IndexFile(folder / name), kind, newer)


def image(bits, term=TERM, quality=90, bounds=(16, 31)):
    return bits, (term, quality, bounds)


def found(pictures, bits, quality=100, limit=LIMIT, day=TODAY):
    return pictures.near([bits], quality, day, limit).blocked


def test_each_entry_has_its_own_bounds_term_and_quality(tmp_path):
    far, weak, old = flipped(PDQ, 6), flipped(PDQ, 3), flipped(PDQ, 1)
    listed = [
        image(PDQ), image(far, TERM, 90, (2, 5)), image(weak, TERM, 79), image(old, OVER),
    ]  # fmt: skip
    pictures = opened(tmp_path, arrays_of(listed))
    assert [(near.key, near.distance, near.tight) for near in found(pictures, PDQ)] == [
        (PDQ, 0, True), (weak, 3, False),
    ]  # fmt: skip
    assert [near.key for near in found(pictures, PDQ, day=TODAY - 1)] == [PDQ, old, weak]


def test_what_stands_alone_comes_first_and_the_rest_is_cut(tmp_path):
    listed = [image(flipped(PDQ, n), TERM, 79 if n < 5 else 90) for n in range(12)]
    pictures = opened(tmp_path, arrays_of(listed))
    assert [near.distance for near in found(pictures, PDQ, limit=8)] == [5, 6, 7, 8, 9, 10, 11, 0]


def video(number, *frames, term=TERM, bounds=(16, 31)):
    return number, (term, 60_000, bounds, frames)


def test_one_frame_counts_for_a_video(tmp_path):
    listed = [
        video(
            3, (flipped(PDQ, 2), 60, 100), (flipped(PDQ, 7), 90, 200), (flipped(PDQ, 7), 90, 300)
        ),
        video(9, (flipped(PDQ, 20), 90, 50)),
        video(11, (PDQ, 90, 50), term=OVER),
    ]
    pictures = opened(tmp_path, arrays_of(videos=listed), Kind.VIDEO)
    assert [(n.key, n.distance, n.tight, n.time) for n in found(pictures, PDQ)] == [
        (3, 7, True, 200), (9, 20, False, 50),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("term", "bits", "innocent"), [(NEGATIVE, 16, True), (NEGATIVE, 17, False), (TERM, 0, False)]
)
def test_innocent_look_alikes(tmp_path, term, bits, innocent):
    pictures = opened(tmp_path, arrays_of([image(flipped(PDQ, bits), term)]))
    assert pictures.near([PDQ], 100, TODAY, LIMIT).innocent is innocent


def test_a_newer_part_takes_away_and_replaces(tmp_path):
    first = made.segment(({k: set() for k in made.nothing()}, made.nothing() | {
        Kind.IMAGE: dict([image(PDQ), image(flipped(PDQ, 1)), image(flipped(PDQ, 2))])
    }, set()))  # fmt: skip
    gone = {k: set() for k in made.nothing()} | {Kind.IMAGE: {flipped(PDQ, 1)}}
    second = made.segment((gone, made.nothing() | {
        Kind.IMAGE: dict([image(flipped(PDQ, 2), OVER)])
    }, set()))  # fmt: skip
    write_index(tmp_path / "base", base_arrays(merge([first])[0]))
    base = IndexFile(tmp_path / "base")
    write_index(tmp_path / "tail", tail_arrays(*merge([second]), base))
    tail = IndexFile(tmp_path / "tail")
    assert [near.key for near in found(Pictures(base, Kind.IMAGE, tail), PDQ)] == [PDQ]
    assert found(Pictures(tail, Kind.IMAGE, None), PDQ) == ()
    assert len(found(Pictures(base, Kind.IMAGE, None), PDQ)) == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=6), st.integers(0, 40))
def test_against_counting(tmp_path_factory, bits, turned):
    query = flipped(PDQ, turned)
    listed = {flipped(PDQ, count) for count in bits}
    apart = {one: (int.from_bytes(one) ^ int.from_bytes(query)).bit_count() for one in listed}
    if not listed:
        return
    folder = tmp_path_factory.mktemp("near")
    pictures = opened(folder, arrays_of([image(one) for one in listed]))
    near = {one.key: (one.distance, one.tight) for one in found(pictures, query)}
    assert near == {one: (d, d <= 16) for one, d in apart.items() if d <= 31}


@pytest.mark.parametrize(
    "change",
    [
        {"image.terms": np.array([1, 9], np.uint8)},
        {"terms.effect": np.array([7], np.uint8), "image.terms": np.array([0, 255], np.uint8)},
    ],
)
def test_damaged_numbers_are_reported(tmp_path, change):
    pictures = opened(tmp_path, arrays_of([image(PDQ), image(flipped(PDQ, 1))]) | change)
    with pytest.raises(FeedError, match="damaged"):
        found(pictures, PDQ)


def test_a_frame_of_no_video(tmp_path):
    arrays = arrays_of(videos=[video(3, (PDQ, 90, 1), (PDQ, 90, 2))])
    arrays["frame.video"] = np.array([0, 9], np.uint32)
    pictures = opened(tmp_path, arrays | {"video.terms": np.array([0, 0], np.uint8)}, Kind.VIDEO)
    with pytest.raises(FeedError, match="damaged"):
        found(pictures, PDQ)


def many():
    rows = np.random.default_rng(1).integers(0, 256, (SCANNED + 1, 32), dtype=np.uint8)
    return [image(row.tobytes(), Term(1)) for row in rows]


def test_a_band_index_that_is_not_whole(tmp_path):
    arrays = arrays_of(many())
    for number, name in enumerate(f"image.{name}" for name in NAMES):
        with pytest.raises(FeedError, match="damaged"):
            opened(tmp_path, arrays | {name: arrays[name][:-1]}, name=f"a{number}")
        rest = {key: one for key, one in arrays.items() if key != name}
        with pytest.raises(FeedError, match="damaged"):
            opened(tmp_path, rest, name=f"b{number}")


@pytest.mark.parametrize("name", [f"image.{name}" for name in NAMES])
def test_a_band_index_of_nonsense(tmp_path, name):
    """It may find nothing or say that it is damaged; it does not read anything else."""
    arrays = arrays_of(many())
    rng = np.random.default_rng(4)
    top = np.iinfo(arrays[name].dtype).max
    arrays[name] = rng.integers(0, top, arrays[name].shape, arrays[name].dtype, endpoint=True)
    with suppress(FeedError):
        pictures = opened(tmp_path, arrays)
        for row in arrays["image.pdq"][:20]:
            found(pictures, row.tobytes())
