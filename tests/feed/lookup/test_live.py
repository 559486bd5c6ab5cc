"""The index in force: followed, never lost, never growing."""

import shutil
import threading

import psutil
import pytest
from tests.feed.lookup.made import PDQ, SHA256, TORRENT, Publisher, force

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.lookup import generations
from garim_feed.lookup import live as module
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.live import LiveIndex


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"))


@pytest.fixture
def root(tmp_path):
    return tmp_path / "lists"


def test_the_fallback_answers_until_there_is_a_generation(root, one):
    index = LiveIndex(root, builtin())
    assert index.generation == ""
    assert index.index is builtin()
    assert not index.refresh()
    assert index.host("blocked.garim.test")
    assert not index.host("bad.test")
    name = force(root, one).generation
    assert index.refresh()
    assert not index.refresh()
    assert index.generation == name
    assert index.host("bad.test")
    assert not index.host("blocked.garim.test")


def test_every_question_goes_to_the_index_in_force(root, one):
    one.add((Kind.ADDRESS, "s.test/a"), (Kind.SHA256, SHA256), (Kind.TORRENT, TORRENT),
            (Kind.IMAGE, PDQ))  # fmt: skip
    force(root, one)
    index = LiveIndex(root, builtin())
    (match,) = index.address("https://s.test/a")
    assert index.digest(SHA256)
    assert index.torrent(TORRENT[1:])
    assert index.image([PDQ], 90)
    assert index.digests == {"sha256"}
    assert index.version == index.index.version
    assert index.keeper(match).name == "Police"


def test_it_follows_changes(root, one):
    force(root, one)
    index = LiveIndex(root, builtin())
    names, versions = {index.generation}, {index.version}
    for number in range(3):
        force(root, one.add((Kind.HOST, f"h{number}.test")))
        assert index.refresh()
        assert index.host(f"h{number}.test")
        names.add(index.generation)
        versions.add(index.version)
    assert len(names) == len(versions) == 4


def test_nothing_changed_costs_one_stat(root, one, monkeypatch):
    force(root, one)
    index = LiveIndex(root, builtin())
    monkeypatch.setattr(module.generations, "current", None)
    assert not index.refresh()
    (root / "current").touch()
    with pytest.raises(TypeError):
        index.refresh()


@pytest.mark.parametrize("harm", ["json", "part", "gone", "pointer"])
def test_what_cannot_be_opened_is_counted_and_tried_again(root, one, harm):
    force(root, one)
    index = LiveIndex(root, builtin())
    name = index.generation
    newer = generations.generation_path(
        root, force(root, one.add((Kind.HOST, "b.test"))).generation
    )
    aside = newer.with_name("aside")
    shutil.copytree(newer, aside)
    if harm == "pointer":
        (root / "current").write_text("nonsense")
    elif harm == "gone":
        shutil.rmtree(newer)
    else:
        (newer / ("generation.json" if harm == "json" else "l0-tail.idx")).write_bytes(b"x")
    assert not index.refresh()
    assert not index.refresh()
    assert (index.failures, index.generation) == (2, name)
    assert isinstance(index.error, FeedError)
    assert index.host("bad.test")
    shutil.rmtree(newer, ignore_errors=True)
    aside.rename(newer)
    generations.swap(root, newer.name)
    assert index.refresh()
    assert index.error is None
    assert index.host("b.test")


def test_a_folder_that_vanishes_changes_nothing(root, one):
    force(root, one)
    index = LiveIndex(root, builtin())
    shutil.rmtree(root)
    assert not index.refresh()
    assert index.host("bad.test")


def test_look_ups_in_other_threads_see_one_or_the_other(root, tmp_path):
    """Two lists change together: no look-up of a taken index sees one without the other."""
    pairs = [Publisher(tmp_path / "segments", name) for name in ("one", "two")]
    for one in pairs:
        one.add((Kind.HOST, "v0.test"))
    force(root, *pairs)
    index = LiveIndex(root, builtin())
    wrong, stop = [], threading.Event()

    def look():
        while not stop.is_set():
            taken = index.index
            found = [len(taken.host(f"v{number}.test")) for number in range(5)]
            wrong.extend(count for count in found if count == 1)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 5):
        for one in pairs:
            one.add((Kind.HOST, f"v{number}.test"), removed=[(Kind.HOST, f"v{number - 1}.test")])
        force(root, *pairs)
        index.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(index.host("v4.test")) == 2


def test_reloads_leave_nothing_behind(root, one):
    """Two generations in turn, 300 times: no handle, no map, hardly a page more."""
    names = [force(root, one).generation, force(root, one.add((Kind.HOST, "b.test"))).generation]
    index = LiveIndex(root, builtin())
    process = psutil.Process()

    def turn(times):
        for number in range(times):
            generations.swap(root, names[number % 2])
            assert index.refresh()
            assert index.host("bad.test")
            assert index.image([PDQ], 100) == ()
        return process.num_fds(), len(process.memory_maps(grouped=False)), process.memory_info().rss

    turn(100)
    before = turn(100)
    after = turn(300)
    assert after[0] == before[0]
    assert after[1] <= before[1] + 2
    assert after[2] <= before[2] + (2 << 20)
