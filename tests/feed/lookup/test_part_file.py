"""Tables as arrays, and a tail on a base as what both come to."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.kinds import EXACT, Kind, Term
from garim_feed.lookup.bands import SCANNED
from garim_feed.lookup.index_file import IndexFile, write_index
from garim_feed.lookup.part_file import base_arrays, tail_arrays
from garim_feed.wire.merge import merge


def written(folder, name, arrays):
    write_index(folder / name, arrays)
    return IndexFile(folder / name)


def hosts(count, terms):
    plain = made.nothing()
    plain[Kind.HOST] = {n << 30: (Term(n % terms),) for n in range(count)}
    return made.tables(plain)


def test_what_is_the_same_for_all_is_there_once():
    arrays = base_arrays(hosts(1000, 1))
    assert {name: (one.shape, one.dtype) for name, one in arrays.items()} == {
        "terms.added": ((1,), np.uint16),
        "terms.expires": ((1,), np.uint16),
        "terms.effect": ((1,), np.uint8),
        "host.keys": ((1000,), np.uint64),
        "host.terms": ((1,), np.uint8),
    }


def test_numbers_of_terms_take_what_they_need():
    assert base_arrays(hosts(1000, 256))["host.terms"].dtype == np.uint8
    assert base_arrays(hosts(1000, 257))["host.terms"].dtype == np.uint16


def test_sounds_are_left_out():
    names = {name.partition(".")[0] for name in base_arrays(made.some().added)}
    assert names == {*map(str, EXACT), "terms", "image", "video", "frame", "scopes"}


def test_frames_name_their_videos():
    arrays = base_arrays(made.some().added)
    assert arrays["frame.video"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert arrays["frame.time"].tolist() == [7000, 8000, 9000] * 3
    assert len(arrays["frame.pdq"]) == 9


def test_many_pictures_have_bands(tmp_path):
    rng = np.random.default_rng(2)
    rows = np.unique(rng.integers(0, 256, (SCANNED + 1, 32), dtype=np.uint8), axis=0)
    plain = made.nothing()
    plain[Kind.IMAGE] = {row.tobytes(): (Term(1), 90, (16, 31)) for row in rows}
    arrays = base_arrays(made.tables(plain))
    assert {name for name in arrays if "band" in name} == {
        "image.band.bits", "image.band.blocks", "image.band.starts", "image.band.slots",
    }  # fmt: skip
    assert (written(tmp_path, "a", arrays).array("image.pdq") == rows).all()


def alive(base, tail, kind):
    """The keys of pictures or videos that a reader of both parts sees."""
    name, gone = ("image.pdq", "gone.image") if kind is Kind.IMAGE else ("video.ids", "gone.video")
    keys = base.array(name) if name in base.names else np.empty(0)
    rows = tail.array(gone).tolist() if gone in tail.names else []
    left = [key.tobytes() for row, key in enumerate(keys) if row not in rows]
    newer = tail.array(name) if name in tail.names else np.empty(0)
    return left + [key.tobytes() for key in newer]


@settings(max_examples=60, deadline=None)
@given(st.lists(made.steps(), max_size=3), st.lists(made.steps(), min_size=1, max_size=3))
def test_base_and_tail_come_to_the_whole(tmp_path_factory, older, newer):
    folder = tmp_path_factory.mktemp("parts")
    steps = [made.segment(step) for step in (*older, *newer)]
    base = written(folder, "base", base_arrays(merge(steps[: len(older)])[0]))
    tables, removals = merge(steps[len(older) :])
    tail = written(folder, "tail", tail_arrays(tables, removals, base))
    whole = made.plain(merge(steps)[0])
    assert sorted(alive(base, tail, Kind.IMAGE)) == sorted(whole[Kind.IMAGE])
    videos = [int.from_bytes(key, "little") for key in alive(base, tail, Kind.VIDEO)]
    assert sorted(videos) == sorted(whole[Kind.VIDEO])
