"""Generations: whole or not at all; a refused list keeps its last good version."""

import os

import pytest
from tests.feed.lookup.made import PDQ, Publisher, force, identity, plan

from garim_feed.kinds import Kind
from garim_feed.lookup import build as module
from garim_feed.lookup import generations
from garim_feed.lookup.build import build
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.generation_file import read_generation
from garim_feed.lookup.plan import BuildPlan, BuiltList


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"), (Kind.IMAGE, PDQ))


@pytest.fixture
def two(tmp_path):
    return Publisher(tmp_path / "segments", "two", "nation").add((Kind.HOST, "worse.test"))


@pytest.fixture
def root(tmp_path):
    return tmp_path / "lists"


def index(root, result):
    return Generation(generations.generation_path(root, result.generation))


def left_over(root):
    return list((root / "generations").glob(".*"))


def test_what_it_says(root, one, two):
    result = build(plan(one, two, builtin=True), root)
    assert result.lists == (
        BuiltList(feed="builtin", list="test", version=1, entries=5),
        BuiltList(feed="nation", list="two", version=1, entries=1),
        BuiltList(feed="school", list="one", version=1, entries=2),
    )
    assert result.refused == ()
    assert generations.current(root) == ""
    found = index(root, result)
    assert all(map(found.host, ["bad.test", "worse.test", "blocked.garim.test"]))
    assert not left_over(root)


def test_no_lists_at_all(root):
    result = build(plan(), root)
    assert result.lists == ()
    assert index(root, result).host("bad.test") == ()


def test_nothing_changed_writes_nothing(root, one, two):
    first = force(root, one, two)
    assert build(plan(two, one), root) == first
    assert generations.names(root) == (first.generation,)
    assert not left_over(root)


def test_lists_that_are_not_planned_go(root, one, two):
    force(root, one, two)
    found = index(root, force(root, two))
    assert not found.host("bad.test")
    assert found.host("worse.test")


def test_numbers_rise_and_old_content_gets_a_new_name(root, one, two):
    names = [force(root, *lists).generation for lists in ([one], [one, two], [one])]
    assert [name.partition("-")[0] for name in names] == ["g1", "g2", "g3"]
    assert names[0].partition("-")[2] == names[2].partition("-")[2]


BAD = {
    "canary": lambda one: one.add((Kind.HOST, "naver.com")).planned(),
    "content": lambda one: one.add((Kind.HOST, "b.test")).planned(content="0" * 64),
    "file": lambda one: (one.paths[0].write_bytes(b"x"), one.planned())[1],
    "memory": lambda one: one.add((Kind.HOST, "huge.test")).planned(),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_refused_list_keeps_its_last_good_version(root, one, two, bad, monkeypatch):
    force(root, one, two)
    planned = BAD[bad](one)
    if bad == "memory":

        def merge(segments):
            raise MemoryError

        monkeypatch.setattr("garim_feed.lookup.build_list.merge", merge)
    two.category = "adult"
    result = force(root, planned, two)
    assert [(one.feed, one.list) for one in result.refused] == [("school", "one")]
    assert str(result.refused[0].error)
    assert [(one.list, one.version) for one in result.lists] == [("two", 1), ("one", 1)]
    found = index(root, result)
    assert found.host("bad.test")
    assert not found.host("b.test")
    assert not found.host("naver.com")
    assert found.host("worse.test")[0].category == "adult"
    assert not left_over(root)


@pytest.mark.parametrize("bad", ["canary", "content", "file"])
def test_a_list_that_was_never_good_is_not_there(root, one, two, bad):
    result = force(root, BAD[bad](one), two)
    assert [one.list for one in result.refused] == ["one"]
    assert [one.list for one in result.lists] == ["two"]
    folder = generations.generation_path(root, result.generation)
    assert sorted(path.name for path in folder.iterdir()) == ["generation.json", "l0-base.idx"]


def test_what_is_revoked_goes_even_if_the_list_is_refused(root, one):
    force(root, one)
    one.add((Kind.HOST, "naver.com"))
    result = force(root, one.planned(revoked=[identity(Kind.HOST, "bad.test")]))
    assert result.refused
    found = index(root, result)
    assert not found.host("bad.test")
    assert found.image([PDQ], 100)


def test_a_refused_list_whose_last_good_version_is_damaged_goes(root, one, two):
    first = force(root, one, two)
    folder = generations.generation_path(root, first.generation)
    for record in read_generation(folder).lists:
        if record.feed == "school":
            (folder / record.base.file).write_bytes(b"x")
    result = force(root, BAD["canary"](one), two)
    assert [one.list for one in result.lists] == ["two"]


@pytest.mark.parametrize("harm", ["pointer", "json", "part", "gone"])
def test_whatever_happened_to_the_generation_in_force(root, one, harm):
    """It is built again from the segments."""
    name = force(root, one).generation
    folder = generations.generation_path(root, name)
    if harm == "pointer":
        (root / "current").write_text("../../etc\n")
    elif harm == "gone":
        (folder / "generation.json").unlink()
    else:
        (folder / ("generation.json" if harm == "json" else "l0-base.idx")).write_bytes(b"\0" * 99)
    result = force(root, one)
    assert index(root, result).host("bad.test")


def test_what_killed_builds_left_is_cleared(root, one):
    left = root / "generations" / ".building-old"
    left.mkdir(parents=True)
    (left / "l0-base.idx").write_bytes(b"x")
    build(plan(one), root)
    assert not left_over(root)


@pytest.mark.parametrize("at", ["fsync", "rename"])
def test_a_full_disk_leaves_what_was(root, one, at, monkeypatch):
    name = force(root, one).generation
    one.add((Kind.HOST, "b.test"))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, at, full)
    with pytest.raises(OSError, match="No space"):
        build(plan(one), root)
    monkeypatch.undo()
    assert generations.names(root) == (name,)
    assert generations.current(root) == name
    assert not left_over(root)
    assert index(root, force(root, one)).host("b.test")


def test_the_shipped_lists_may_be_left_out(root, one):
    assert not index(root, build(plan(one), root)).host("blocked.garim.test")
    assert BuildPlan().builtin


def test_the_guard_sees_every_list_but_the_shipped(root, one, two, monkeypatch):
    seen = []
    monkeypatch.setattr(
        module, "check_canaries", lambda one, today: seen.append(one.record.manifest.name)
    )
    build(plan(one, two, builtin=True), root)
    assert seen == ["two", "one"]


def test_the_packages_own_files_are_never_shared(root, one):
    result = build(plan(one, builtin=True), root)
    folder = generations.generation_path(root, result.generation)
    assert (folder / "b0-base.idx").stat().st_nlink == 1
