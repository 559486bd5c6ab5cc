"""What attackers would send: whatever it is, a `FeedError` comes of it and memory stays bounded."""

import json
import random
import struct
import tracemalloc

import numpy as np
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.wire import layout
from garim_feed.wire import segment as wire
from garim_feed.wire.columns import WIDTH, Coding, encode
from garim_feed.wire.content import content_digest
from garim_feed.wire.segment import read, write

GOOD = write(made.some())
SAME = content_digest(made.some().added)


def file(header, *frames, magic=b"GARIMSEG", version=1, length=None):
    if not isinstance(header, bytes):
        header = json.dumps(header, separators=(",", ":")).encode()
    size = len(header) if length is None else length
    return struct.pack("<8sHI", magic, version, size) + header + b"".join(frames)


def column(name, frame, count, coding=None):
    coding = layout.ORDER.get(name, Coding.U8).value if coding is None else coding
    return {"name": name, "type": coding, "count": count, "bytes": len(frame)}


def of(*parts):
    """A file of (name, values) columns, coded as they should be."""
    coded = [(name, encode(layout.ORDER[name], values), len(values)) for name, values in parts]
    return file({"columns": [column(*one) for one in coded]}, *(one[1] for one in coded))


def raw(data):
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def parts(**changes):
    """The columns of one host entry, some of them others."""
    columns = {
        "term.added": np.array([1], "u2"), "term.expires": np.array([0], "u2"),
        "term.effect": np.array([0], "u1"), "host.keys": np.array([5, 9], "u8"),
        "host.terms": np.array([0, 0], "u2"),
    }  # fmt: skip
    columns.update({name.replace("_", "."): values for name, values in changes.items()})
    return [(name, values) for name, values in columns.items() if values is not None]


def refused(data, match="not valid"):
    with pytest.raises(FeedError, match=match):
        read(data)


def test_the_made_up_files_are_good_but_for_what_is_changed():
    assert read(of(*parts())).added.exact["host"].keys.tolist() == [5, 9]
    assert content_digest(read(GOOD).added) == SAME


def test_truncated_at_every_byte():
    for size in range(len(GOOD)):
        refused(GOOD[:size])


def test_corrupted_at_every_byte():
    """Any other byte: an error, or (in bits that zstd does not look at) the very same content."""
    chance = random.Random(7)
    for place in range(len(GOOD)):
        data = bytearray(GOOD)
        data[place] ^= chance.choice((1 << chance.randrange(8), chance.randrange(1, 256)))
        try:
            back = read(bytes(data))
        except FeedError:
            continue
        assert content_digest(back.added) == SAME
        assert made.plain_removals(back.removed) == made.plain_removals(made.some().removed)


@pytest.mark.parametrize("extra", [b"\0", b"}", raw(b""), GOOD])
def test_extra_bytes(extra):
    refused(GOOD + extra)


@made.QUICK
@given(st.binary(max_size=200))
@example(b"")
def test_noise(data):
    refused(data)
    refused(b"GARIMSEG" + data)
    refused(file(data))


@made.QUICK
@given(st.binary(max_size=100), st.integers(0, len(GOOD)), st.integers(0, 200))
def test_pieces_replaced(noise, start, length):
    data = GOOD[:start] + noise + GOOD[start + length :]
    if data != GOOD:
        refused(data)


FIELDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from([*layout.ORDER, "", "host.keys\0", "x" * 999]),
        "type": st.sampled_from([*[coding.value for coding in Coding], "", "u128"]),
        "count": st.one_of(st.integers(-1, 5), st.sampled_from([2**31, 2**63, 2**64, 10**30])),
        "bytes": st.one_of(st.integers(-1, 40), st.sampled_from([2**31, 2**63, 10**30])),
    }
)


@made.QUICK
@given(st.lists(FIELDS, min_size=1, max_size=6), st.binary(max_size=120))
def test_headers_of_all_kinds(columns, body):
    refused(file({"columns": columns}, body))


@made.QUICK
@given(st.data())
def test_right_frames_of_any_values(data):
    """Well-formed files of wild values: read, or refused; what is read can be written again."""
    names = data.draw(st.sets(st.sampled_from(list(layout.ORDER)), max_size=8))
    columns = []
    for name in filter(names.__contains__, layout.ORDER):
        count = data.draw(st.integers(1, 3))
        size = count * WIDTH[layout.ORDER[name]]
        frame = raw(data.draw(st.binary(min_size=size, max_size=size)))
        columns.append((column(name, frame, count), frame))
    made_up = file({"columns": [one for one, _ in columns]}, *(frame for _, frame in columns))
    try:
        segment = read(made_up)
    except FeedError:
        return
    assert read(write(segment)).added.terms == segment.added.terms


JSON = [
    b"", b"{}", b"[]", b"null", b'{"columns":null}', b'{"columns":{}}', b'{"columns":[null]}',
    b'{"columns":[]} ', b' {"columns":[]}', b'{"columns":[],"columns":[]}',
    b'{"columns":[],"x":1}', b'{"columns":NaN}', b"\xff\xfe", b'{"columns":[]}\0',
    b'{"columns":[{"name":"scopes","type":"d32","count":1.0,"bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":true,"bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":"1","bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":NaN,"bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":Infinity,"bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":1e3,"bytes":1}]}',
    b'{"columns":[{"name":"\\ud800","type":"d32","count":1,"bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":-1,"bytes":1}]}',
    b'{"columns":[{"name":"scopes","type":"d32","count":0,"bytes":0}]}',
    b'{"columns":' * 5_000 + b"}" * 5_000, b"[" * 60_000, b'{"columns":' + b"9" * 60_000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("header", JSON, ids=range(len(JSON)))
def test_headers_that_are_not_the_one_spelling(header):
    refused(file(header), "header")


@pytest.mark.parametrize("length", [0, 13, 15, 65_537, 2**31, 2**32 - 1])
def test_header_lengths(length):
    refused(file(b'{"columns":[]}', length=length))
    assert read(file(b'{"columns":[]}')).added.terms == ()


def test_other_formats():
    refused(file({"columns": []}, magic=b"GARIMSEX"), "known format")
    refused(file({"columns": []}, version=2), "known format")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"host_keys": np.array([9, 5], "u8")}, "sorted"),
        ({"host_keys": np.array([5, 5], "u8")}, "duplicates"),
        ({"host_keys": np.array([5, 5, 5], "u8")}, "length"),
        ({"host_terms": np.array([0], "u2")}, "length"),
        ({"host_terms": np.array([0, 1], "u2")}, "out of range"),
        ({"host_terms": None}, "lacks"), ({"host_keys": None}, "lacks"),
        ({"term_effect": np.array([3], "u1")}, "effect"),
        ({"term_effect": np.array([255], "u1")}, "effect"),
        ({"term_effect": np.array([2], "u1")}, "effect"),
        ({"term_effect": None}, "lacks"), ({"term_added": None}, "lacks"),
        ({"term_added": np.array([1, 2], "u2")}, "lacks"),
        ({"term_added": None, "term_expires": None, "term_effect": None}, "out of range"),
        ({"host_keys": None, "host_terms": None}, "all used"),
    ],
)  # fmt: skip
def test_content_that_breaks_a_rule(changes, match):
    refused(of(*parts(**changes)), match)


def terms(*days):
    return {
        "term_added": np.array(days, "u2"), "term_expires": np.zeros(len(days), "u2"),
        "term_effect": np.zeros(len(days), "u1"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "used", "match"),
    [((2, 1), (0, 1), "order"), ((1, 2), (0, 0), "all used"), ((1, 1), (0, 1), "twice")],
)
def test_terms_have_one_form_only(days, used, match):
    refused(of(*parts(**terms(*days), host_terms=np.array(used, "u2"))), match)


def test_columns_in_another_order_double_or_unknown():
    good = parts()
    refused(of(*good[::-1]), "order")
    refused(of(*good, good[-1]), "double")
    frame = raw(b"\0")
    refused(file({"columns": [column("host.salt", frame, 1, "u8")]}, frame), "unknown")
    refused(file({"columns": [column("scopes", frame, 1, "u32")]}, frame), "type")
    refused(file({"columns": [column("scopes", frame, 1, "d64")]}, frame), "type")


def test_the_sum_of_differences_cannot_overflow():
    keys = np.array([2**63, 2**63, 1], "u8").view("u1").reshape(-1, 8).T
    frame = raw(keys.tobytes())
    refused(file({"columns": [column("removed.host", frame, 3)]}, frame), "sorted")
    rows = np.zeros((3, 32), "u1")
    rows[:, 0] = 128
    heads = np.array([2**63, 2**63, 2**62], "u8").view("u1").reshape(-1, 8).T
    frame = raw(heads.tobytes() + bytes(3 * 24))
    refused(file({"columns": [column("removed.image", frame, 3)]}, frame), "sorted")


def bomb(name, count):
    """A column of zeros: 300 MB of them are 30 kB."""
    job = zstandard.ZstdCompressor(level=1, write_checksum=True).compressobj(
        size=count * WIDTH[layout.ORDER[name]]
    )
    piece = bytes(1 << 20)
    left = count * WIDTH[layout.ORDER[name]]
    out = []
    while left:
        out.append(job.compress(piece[: min(left, len(piece))]))
        left -= min(left, len(piece))
    return b"".join([*out, job.flush()])


def peak(data, match="not valid"):
    tracemalloc.start()
    refused(data, match)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_bombs_beyond_the_limit_are_not_opened(monkeypatch):
    monkeypatch.setattr(wire, "MAX_RAW", 1 << 20)
    frame = bomb("scopes", 1 << 20)
    assert peak(file({"columns": [column("scopes", frame, 1 << 20)]}, frame), "large") < 200_000
    many = [column(name, frame, 1 << 16) for name in layout.ORDER]
    assert peak(file({"columns": many}, *[frame] * len(many)), "large") < 200_000


def test_a_frame_larger_than_its_count_is_not_opened():
    frame = bomb("scopes", 64 << 20)
    assert peak(file({"columns": [column("scopes", frame, 4)]}, frame), "size") < 200_000


def test_the_largest_bomb_takes_no_more_than_twice_the_limit(monkeypatch):
    monkeypatch.setattr(wire, "MAX_RAW", 8 << 20)
    count = (8 << 20) // 8
    frame = bomb("removed.host", count)
    data = file({"columns": [column("removed.host", frame, count)]}, frame)
    assert peak(data, "sorted") < 2.5 * (8 << 20)


def test_terms_become_objects_so_their_number_is_bounded_before():
    """A million terms would be 8 kB in the file and 100 MB as values."""
    count = 1 << 20
    frames = [(name, bomb(name, count), count) for name in layout.TERMS]
    data = file({"columns": [column(*one) for one in frames]}, *(one[1] for one in frames))
    assert peak(data, "too many terms") < 200_000


def test_a_file_beyond_the_limit_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(wire, "MAX_FILE", len(GOOD) - 1)
    refused(GOOD, "too long")
