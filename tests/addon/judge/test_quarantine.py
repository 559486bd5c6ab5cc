"""Entries that match too much: when they go in, what that means, and how they come out."""

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_lists import found

from garim_addon.judge.confirm import Thresholds
from garim_addon.judge.inspections import list_match
from garim_addon.judge.quarantine import MAX_COUNTED, MOST, WINDOW, Held, Quarantine
from garim_addon.verdict import Inspection, Score

T = Thresholds(0.3, 0.9, 0.6)
MATCH = list_match(found("image"))
NEWER = list_match(found("image", added="2026-05-02"))


class World:
    now = 1_780_000_000.0

    def __init__(self, path=None):
        self.path, self.told = path, []
        self.quarantine = self.opened()

    def opened(self):
        return Quarantine(self.path, on_held=self.told.append, clock=lambda: self.now)


def key(number):
    return number.to_bytes(32, "little")


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "quarantine.json")


def show(world, times, *matches, start=0, scores=()):
    seen = Inspection(matches=matches or (MATCH,), scores=scores)
    for number in range(start, start + times):
        world.quarantine.observe(seen, key(number), T)


def test_forty_contents_are_believed_and_one_more_is_not(world):
    show(world, MOST)
    assert not world.quarantine.holds(MATCH)
    show(world, 1, start=MOST)
    assert world.quarantine.holds(MATCH)
    assert world.told == [Held("kr", "ncii", "image-17", "2026-05-01", "2026-05-28")]


def test_the_shipped_test_picture_is_always_believed(world):
    shipped = list_match(found("image", feed="builtin"))
    show(world, 3 * MOST, shipped)
    assert not world.quarantine.holds(shipped)


def test_the_same_content_counts_once(world):
    for _ in range(10):
        show(world, MOST)
    assert not world.quarantine.holds(MATCH)


@pytest.mark.parametrize(("pause", "held"), [(WINDOW + 1, False), (WINDOW / 2, True)])
def test_only_a_day_counts(world, pause, held):
    show(world, MOST)
    world.now += pause
    show(world, 1, start=MOST)
    assert world.quarantine.holds(MATCH) == held


def test_a_clock_that_was_set_back_does_not_keep_counts_for_ever(world):
    show(world, MOST)
    world.now -= 400 * WINDOW
    show(world, 1, start=MOST)
    assert not world.quarantine.holds(MATCH)


@pytest.mark.parametrize(
    ("scores", "held"),
    [
        ((), True),
        ((Score("a", "1", 1, 0.29),), True),
        ((Score("a", "1", 1, 0.3),), False),
        ((Score("a", "1", 1, 0.1), Score("b", "1", 2, 0.6)), False),
        ((Score("a", "1", 1, 0.99, frame=1),), True),  # of another frame
    ],
)
def test_only_what_the_classifiers_find_neutral_counts(world, scores, held):
    show(world, MOST + 1, scores=scores)
    assert world.quarantine.holds(MATCH) == held


@pytest.mark.parametrize(
    ("kind", "held"),
    [("image", True), ("video", True), ("digest", False), ("host", False), ("torrent", False)],
)
def test_exact_entries_are_always_believed(world, kind, held):
    match = list_match(found(kind))
    show(world, MOST + 1, match)
    assert world.quarantine.holds(match) == held


def test_entries_are_told_apart_by_feed_list_and_id(world):
    others = [
        list_match(found("image", feed="school")),
        list_match(found("image", list="other")),
        list_match(found("image", entry="image-18")),
    ]
    show(world, MOST + 1)
    assert world.quarantine.holds(MATCH)
    assert not any(map(world.quarantine.holds, others))


def test_a_newer_day_on_the_list_lets_it_out_and_counts_anew(world):
    show(world, MOST + 1)
    assert not world.quarantine.holds(NEWER)
    assert world.quarantine.holds(MATCH)  # an older copy of the list is no confirmation
    show(world, 1, NEWER)
    assert world.quarantine.entries == ()
    show(world, MOST, NEWER)
    assert not world.quarantine.holds(NEWER)
    show(world, 1, NEWER, start=MOST)
    assert world.quarantine.holds(NEWER)
    assert len(world.told) == 2


def test_it_is_told_once(world):
    show(world, 5 * MOST)
    assert len(world.told) == 1


def test_it_outlives_a_restart_and_the_file_names_no_content(world):
    show(world, MOST + 1)
    again = world.opened()
    assert again.holds(MATCH)
    assert again.entries == world.quarantine.entries
    assert stat.S_IMODE(world.path.stat().st_mode) == 0o600
    assert json.loads(world.path.read_bytes()) == {
        "format": 1,
        "entries": [
            {
                "feed": "kr",
                "list": "ncii",
                "entry": "image-17",
                "added": "2026-05-01",
                "since": "2026-05-28",
            }
        ],
    }
    world.quarantine.observe(Inspection(matches=(NEWER,)), key(0), T)
    assert world.opened().entries == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b'{"entries": 1}',
        b'{"entries": [1]}',
        b'{"entries": [{"feed": "kr"}]}',
        b'{"entries": [{"feed": 1, "list": "l", "entry": "e", "added": "", "since": ""}]}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_begins_anew_and_is_said(world, caplog, content):
    world.path.write_bytes(content)
    world.path.chmod(0o600)
    assert world.opened().entries == ()
    assert "begins anew" in caplog.text


def test_a_file_that_others_can_read_is_not_believed(world, caplog):
    show(world, MOST + 1)
    world.path.chmod(0o644)
    assert world.opened().entries == ()


def test_a_disk_that_refuses_costs_the_file_only(tmp_path, caplog):
    world = World(tmp_path / "missing" / "quarantine.json")
    show(world, MOST + 1)
    assert world.quarantine.holds(MATCH)
    assert "not written down" in caplog.text


def test_memory_is_bounded(world):
    for number in range(MAX_COUNTED + 10):
        world.quarantine.observe(
            Inspection(matches=(list_match(found("image", entry=f"image-{number}")),)), key(0), T
        )
    assert len(world.quarantine._counts) == MAX_COUNTED


@given(st.binary())
def test_hostile_files_are_read_without_an_exception(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "quarantine-any.json"
    path.write_bytes(data)
    path.chmod(0o600)
    assert Quarantine(path).entries == ()
