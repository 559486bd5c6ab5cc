import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from garim_feed.errors import FeedError
from garim_feed.wire import catalogue as wire
from garim_feed.wire.catalogue import (
    Catalogue,
    ListManifest,
    SegmentRef,
    read_catalogue,
    write_catalogue,
)
from garim_feed.wire.fields import Title


def manifest(**changes):
    facts = {
        "name": "items", "title": Title(ko="목록", en="A list"), "category": "ncii",
        "salt": "0f" * 16, "version": 3, "published": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "parameters": (("id",), ("board", "no")),
        "segments": (SegmentRef(file="items-1.seg", entries=5, removals=0),),
        "entries": {"host": 2, "image": 3}, "content": "ab" * 32,
    }  # fmt: skip
    return ListManifest(**facts | changes)


GOOD = Catalogue(format=1, authority="kcsc", lists=(manifest(),))


def changed(place, value, data=None):
    """The catalogue as JSON with one value put elsewhere; `...` takes it away."""
    plain = json.loads(write_catalogue(GOOD)) if data is None else data
    *way, last = place
    inside = plain
    for step in way:
        inside = inside[step]
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return json.dumps(plain).encode()


def test_there_and_back():
    assert read_catalogue(write_catalogue(GOOD)) == GOOD
    assert write_catalogue(GOOD).startswith(b'{"authority":"kcsc","format":1,"lists":[{"category":')


def test_no_lists_and_no_entries_are_fine():
    empty = Catalogue(format=1, authority="a", lists=())
    assert read_catalogue(write_catalogue(empty)) == empty
    bare = Catalogue(
        format=1, authority="a", lists=(manifest(entries={}, segments=(), parameters=()),)
    )
    assert read_catalogue(write_catalogue(bare)) == bare


LIST = ("lists", 0)
SEGMENT = (*LIST, "segments", 0)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), 2), (("format",), "1"), (("format",), True), (("format",), ...),
        (("authority",), "root"), (("authority",), "x-revoke"), (("authority",), "A"),
        (("more",), 1), (("lists",), {}), (("lists",), None),
        ((*LIST, "name"), "Items"), ((*LIST, "name"), "other"), ((*LIST, "name"), "../x"),
        ((*LIST, "title"), "x"), ((*LIST, "title", "ko"), ""), ((*LIST, "title", "ko"), ...),
        ((*LIST, "title", "en"), "a\u202eb"), ((*LIST, "title", "de"), "x"),
        ((*LIST, "category"), ""), ((*LIST, "category"), "NCII"),
        ((*LIST, "salt"), "0F" * 16), ((*LIST, "salt"), "0f" * 15), ((*LIST, "salt"), ""),
        ((*LIST, "version"), 0), ((*LIST, "version"), -1), ((*LIST, "version"), 1 << 53),
        ((*LIST, "version"), "3"), ((*LIST, "version"), 3.0),
        ((*LIST, "published"), "2026-01-02T03:04:05"), ((*LIST, "published"), 5),
        ((*LIST, "parameters"), [[]]), ((*LIST, "parameters"), [["b", "a"]]),
        ((*LIST, "parameters"), [["a", "a"]]), ((*LIST, "parameters"), [["a"], ["a"]]),
        ((*LIST, "parameters"), [["a=b"]]), ((*LIST, "parameters"), [["a&b"]]),
        ((*LIST, "parameters"), [[""]]), ((*LIST, "parameters"), [["가"]]),
        ((*LIST, "parameters"), [["a b"]]), ((*LIST, "parameters"), [["x" * 65]]),
        ((*LIST, "parameters"), [list("abcdefghi")]),
        ((*LIST, "parameters"), [[f"p{n}"] for n in range(17)]), ((*LIST, "parameters"), ["a"]),
        ((*LIST, "entries"), {"hosts": 1}), ((*LIST, "entries"), {"host": 0}),
        ((*LIST, "entries"), {"host": -1}), ((*LIST, "entries"), {"host": 1 << 41}),
        ((*LIST, "entries"), []), ((*LIST, "content"), "ab" * 31), ((*LIST, "content"), ...),
        ((*SEGMENT, "file"), "items.seg"), ((*SEGMENT, "file"), "other-1.seg"),
        ((*SEGMENT, "file"), "items-x-1.seg"), ((*SEGMENT, "file"), "../items-1.seg"),
        ((*SEGMENT, "file"), "items-1.seg/"), ((*SEGMENT, "file"), "items-12345678901.seg"),
        ((*SEGMENT, "entries"), -1), ((*SEGMENT, "removals"), 1 << 41), ((*SEGMENT, "bytes"), 1),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_refused(place, value):
    with pytest.raises(FeedError, match="catalogue"):
        read_catalogue(changed(place, value))


def test_nothing_is_there_twice():
    segment = {"file": "items-1.seg", "entries": 5, "removals": 0}
    with pytest.raises(FeedError, match="twice"):
        read_catalogue(changed((*LIST, "segments"), [segment, segment]))
    plain = json.loads(write_catalogue(GOOD))
    plain["lists"].append(plain["lists"][0])
    with pytest.raises(FeedError, match="twice"):
        read_catalogue(json.dumps(plain).encode())


def test_numbers_of_lists_and_segments_are_bounded():
    segments = [{"file": f"items-{n}.seg", "entries": 1, "removals": 0} for n in range(65)]
    read_catalogue(changed((*LIST, "segments"), segments[:64]))
    with pytest.raises(FeedError, match="segments"):
        read_catalogue(changed((*LIST, "segments"), segments))
    lists = []
    for number in range(101):
        one = manifest(name=f"l{number}", segments=())
        lists.append(json.loads(one.model_dump_json()))
    read_catalogue(changed(("lists",), lists[:100]))
    with pytest.raises(FeedError, match="lists"):
        read_catalogue(changed(("lists",), lists))


def test_a_catalogue_may_not_be_too_long(monkeypatch):
    data = write_catalogue(GOOD)
    monkeypatch.setattr(wire, "MAX_BYTES", len(data) - 1)
    with pytest.raises(FeedError, match="too long"):
        read_catalogue(data)


def test_reading_catalogues_needs_no_numpy():
    """The proxy and the synchronizer read them; only whoever builds indexes needs arrays."""
    modules = ("catalogue", "description", "revocations", "names", "fields", "documents")
    code = "".join(f"import garim_feed.wire.{name}\n" for name in modules)
    code += "import sys; sys.exit('numpy' in sys.modules or 'zstandard' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
