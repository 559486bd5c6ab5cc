"""Names, the pointer and what may go; whatever stands in `current`."""

import pytest
from tests.feed.lookup.made import Publisher, force, plan

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.lookup import generations
from garim_feed.lookup.build import build

CONTENT = "0123456789abcdef" * 4


def make(root, *names):
    for name in names:
        (generations.generations_folder(root) / name).mkdir(parents=True)


def name(number):
    return f"g{number}-{CONTENT[:16]}"


@pytest.mark.parametrize(
    "bad",
    [
        "", "..", ".", "g1", "g1-", "g0-0123456789abcdef", "g1-0123456789ABCDEF", "x",
        "g1-0123456789abcdef/", "../g1-0123456789abcdef", "g1-0123456789abcdef\n",
        "g-1-0123456789abcdef", "g1-0123456789abcde", "g1234567890123-0123456789abcdef",
    ],
)  # fmt: skip
def test_nothing_else_is_a_name(tmp_path, bad):
    with pytest.raises(FeedError, match="not the name"):
        generations.generation_path(tmp_path, bad)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (f"{name(3)}\n".encode(), name(3)), (name(3).encode(), name(3)), (b"", ""), (b"\xff", ""),
        (b"../../etc", ""), (name(3).encode() + b"x" * 100, ""), (b"g3", ""),
    ],
)  # fmt: skip
def test_current(tmp_path, content, wanted):
    (tmp_path / "current").write_bytes(content)
    assert generations.current(tmp_path) == wanted


def test_no_current(tmp_path):
    assert generations.current(tmp_path) == ""
    (tmp_path / "current").mkdir()
    assert generations.current(tmp_path) == ""


def test_numbers_rise(tmp_path):
    assert generations.next_name(tmp_path, CONTENT) == name(1)
    make(tmp_path, name(9), name(10), "g11-nothex", ".building-x")
    assert generations.names(tmp_path) == (name(9), name(10))
    assert generations.next_name(tmp_path, CONTENT) == name(11)
    (tmp_path / "current").write_text(name(40))
    assert generations.next_name(tmp_path, CONTENT) == name(41)


@pytest.mark.parametrize(
    ("there", "used", "left"),
    [
        ([1, 2, 3, 4, 5], 5, [3, 4, 5]), ([1, 2, 3, 4, 5], 3, [1, 2, 3]), ([3], 3, [3]),
        ([9, 10, 11, 100], 100, [10, 11, 100]), ([1, 2, 3], 0, [1, 2, 3]), ([1, 7], 5, [1]),
    ],
)  # fmt: skip
def test_prune(tmp_path, there, used, left):
    make(tmp_path, *map(name, there))
    if used:
        (tmp_path / "current").write_text(name(used))
    gone = generations.prune(tmp_path)
    assert generations.names(tmp_path) == tuple(map(name, left))
    assert set(gone) == {name(number) for number in there} - set(generations.names(tmp_path))


def test_what_cannot_be_deleted_stays(tmp_path, monkeypatch):
    make(tmp_path, *map(name, range(1, 6)))
    (tmp_path / "current").write_text(name(5))
    monkeypatch.setattr("os.rmdir", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
    generations.prune(tmp_path)
    assert len(generations.names(tmp_path)) == 5


def test_swap(tmp_path):
    one = Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"))
    result = build(plan(one), tmp_path)
    assert generations.current(tmp_path) == ""
    generations.swap(tmp_path, result.generation)
    assert generations.current(tmp_path) == result.generation
    assert {path.name for path in tmp_path.iterdir()} == {"current", "generations", "segments"}


def test_only_a_whole_generation_comes_into_force(tmp_path):
    one = Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"))
    used = force(tmp_path, one).generation
    make(tmp_path, name(7))
    for bad in (name(7), name(8), "../etc"):
        with pytest.raises(FeedError):
            generations.swap(tmp_path, bad)
    assert generations.current(tmp_path) == used


def test_a_full_disk_leaves_the_old_one(tmp_path, monkeypatch):
    one = Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"))
    used = force(tmp_path, one).generation
    newer = build(plan(one.add((Kind.HOST, "worse.test"))), tmp_path).generation

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        generations.swap(tmp_path, newer)
    assert generations.current(tmp_path) == used
