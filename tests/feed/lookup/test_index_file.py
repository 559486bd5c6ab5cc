"""Index files: what was written comes back; what is damaged is refused and kills no reader."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garim_feed.errors import FeedError
from garim_feed.lookup import index_file
from garim_feed.lookup.index_file import ALIGNMENT, IndexFile, write_index

ARRAYS = {
    "keys": np.array([1, 2, 2**64 - 1], np.uint64),
    "terms": np.array([7], np.uint8),
    "wide": np.arange(3, dtype=np.uint16),
    "rows": np.arange(64, dtype=np.uint8).reshape(2, 32),
    "scopes": np.arange(5, dtype=np.uint32),
    "none": np.empty(0, np.uint32),
}
PREFIX = struct.Struct("<8sHHII")


@pytest.fixture
def path(tmp_path):
    write_index(tmp_path / "a.idx", ARRAYS)
    return tmp_path / "a.idx"


def rewritten(path, header, body=None):
    """The file with another header, its checksum right."""
    data = path.read_bytes()
    length = PREFIX.unpack_from(data)[3]
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    text = text.ljust(length)
    prefix = PREFIX.pack(b"GARIMIDX", 1, 0, len(text), zlib.crc32(text))
    path.write_bytes(prefix + text + (data[PREFIX.size + length :] if body is None else body))
    return path


def header_of(path):
    data = path.read_bytes()
    return json.loads(data[PREFIX.size : PREFIX.size + PREFIX.unpack_from(data)[3]])


def test_arrays_come_back(path):
    file = IndexFile(path)
    assert file.names == tuple(ARRAYS)
    assert file.size == path.stat().st_size
    for name, array in ARRAYS.items():
        assert file.shape(name) == array.shape
        back = file.array(name)
        assert back.dtype == array.dtype
        assert (back == array).all()
        assert back.ctypes.data % ALIGNMENT == 0
        assert not back.flags.writeable
    assert file.view("keys", "u8").tolist() == [1, 2, 2**64 - 1]
    assert file.view("terms", "u1", "u2").tolist() == [7]
    assert file.view("wide", "u1", "u2").tolist() == [0, 1, 2]
    file.verify()


def test_what_is_not_there(path):
    file = IndexFile(path)
    assert file.shape("other") == (0,)
    assert file.view("other", "u8").tolist() == []
    with pytest.raises(FeedError, match="other is missing"):
        file.array("other")


@pytest.mark.parametrize(("name", "types"), [("keys", ["u4"]), ("rows", ["u1"])])
def test_a_view_of_a_wrong_type(path, name, types):
    with pytest.raises(FeedError, match="wrong type"):
        IndexFile(path).view(name, *types)


def test_many_arrays_fit_whatever_the_header_takes(tmp_path):
    """The header's own length moves the arrays behind it."""
    for count in range(0, 60, 7):
        path = tmp_path / f"{count}.idx"
        arrays = {f"{'n' * 30}{i}": np.full(i, i, np.uint16) for i in range(count)}
        write_index(path, arrays)
        file = IndexFile(path)
        assert all((file.array(name) == one).all() for name, one in arrays.items())
        file.verify()


def test_crc_changes_with_any_content(tmp_path):
    crcs = set()
    for number in range(4):
        write_index(tmp_path / f"{number}", {"a": np.array([number], np.uint8)})
        crcs.add(IndexFile(tmp_path / f"{number}").crc)
    assert len(crcs) == 4


def test_a_name_that_is_there_is_not_overwritten(path):
    with pytest.raises(FileExistsError):
        write_index(path, ARRAYS)


def test_what_is_mapped_outlives_its_name(path):
    file = IndexFile(path)
    path.unlink()
    assert file.view("keys", "u8").tolist() == [1, 2, 2**64 - 1]


def handles():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_files_are_not_kept_open(path):
    before = handles()
    files = [IndexFile(path) for _ in range(20)]
    held = handles()
    del files
    # A map keeps a handle of its own in CPython; it goes with the map.
    assert held <= before + 20
    assert handles() == before


@pytest.mark.parametrize("keep", [0, 1, 23, 24, 25, 300, -1])
def test_cut_off(path, keep):
    data = path.read_bytes()
    path.write_bytes(data[:keep])
    with pytest.raises(FeedError):
        IndexFile(path)


def test_not_there_or_a_folder(tmp_path):
    for path in (tmp_path / "none.idx", tmp_path):
        with pytest.raises(FeedError, match="cannot be read"):
            IndexFile(path)


def test_longer_than_it_says(path):
    with path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(FeedError, match="size"):
        IndexFile(path)


@pytest.mark.parametrize(("at", "value"), [(0, b"X"), (8, b"\2"), (10, b"\1"), (15, b"\xff")])
def test_another_format(path, at, value):
    data = bytearray(path.read_bytes())
    data[at : at + 1] = value
    path.write_bytes(data)
    with pytest.raises(FeedError):
        IndexFile(path)


def test_a_big_endian_machine(path, monkeypatch):
    monkeypatch.setattr(index_file.sys, "byteorder", "big")
    with pytest.raises(FeedError, match="format"):
        IndexFile(path)


CHANGES = [
    lambda h: h | {"more": 1},
    lambda h: h | {"size": h["size"] + 1},
    lambda h: h | {"arrays": h["arrays"] * 2},
    lambda h: h | {"arrays": h["arrays"][::-1]},
    *(
        lambda h, k=k, v=v: h | {"arrays": [h["arrays"][0] | {k: v}, *h["arrays"][1:]]}
        for k, v in [
            ("offset", 1 << 30), ("offset", 0), ("offset", -64), ("offset", 65), ("type", "f8"),
            ("shape", [1 << 39]), ("shape", [1 << 20, 1 << 20]), ("shape", []), ("shape", [-1]),
            ("shape", [1, 1, 1]), ("name", ""), ("name", "../x"), ("crc", -1), ("shape", ["3"]),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_headers_that_say_something_impossible(path, change):
    with pytest.raises(FeedError):
        IndexFile(rewritten(path, change(header_of(path))))


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{", b'{"size":NaN}', b"\xff\xfe"])
def test_headers_that_are_none(path, text):
    with pytest.raises(FeedError, match="not valid"):
        IndexFile(rewritten(path, text))


def test_rotten_bits_are_found_by_verify(path):
    data = bytearray(path.read_bytes())
    data[IndexFile(path)._arrays["rows"].offset + 3] ^= 1
    path.write_bytes(data)
    file = IndexFile(path)
    with pytest.raises(FeedError, match="checksum"):
        file.verify()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_bytes_change(tmp_path_factory, data):
    """Opened or refused: never another error, never a crash."""
    folder = tmp_path_factory.mktemp("fuzz")
    write_index(folder / "a", ARRAYS)
    raw = bytearray((folder / "a").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (folder / "b").write_bytes(raw)
    try:
        file = IndexFile(folder / "b")
    except FeedError:
        return
    for name in file.names:
        file.array(name).sum()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_bytes_there_are(tmp_path_factory, raw):
    path = tmp_path_factory.mktemp("fuzz") / "a"
    for data in (raw, b"GARIMIDX\1\0\0\0" + raw):
        path.write_bytes(data)
        with pytest.raises(FeedError):
            IndexFile(path)
