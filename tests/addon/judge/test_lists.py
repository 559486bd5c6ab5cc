"""The generation that an inspector has open: followed by name, kept when it cannot be left."""

import gc
import sys
from pathlib import Path

import pytest
from made_lists import make_lists

from garim_addon.judge.lists import Live, Shelf
from garim_addon.judge.memory import Meter
from garim_addon.judge.no_lists import NoLists
from garim_feed.errors import FeedError
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.live import LiveIndex


def refuse(path):
    raise FeedError("It is damaged.")


def gone(path):
    raise FileNotFoundError(path)


@pytest.mark.parametrize("opens", [refuse, gone])
def test_what_cannot_be_opened_leaves_what_is_open(opens):
    names = {"g1": "one"}
    shelf = Shelf(Path("/lists"), "fallback", lambda path: names.get(path.name) or opens(path))
    assert (shelf.generation, shelf.index) == ("", "fallback")
    assert shelf.take("g1")
    assert not shelf.take("g2")
    assert (shelf.generation, shelf.index) == ("g1", "one")
    assert shelf.take("g1")
    assert shelf.take("")
    assert (shelf.generation, shelf.index) == ("", "fallback")


def test_a_generation_is_opened_once():
    opened = []
    shelf = Shelf(Path("/lists"), None, lambda path: opened.append(path.name) or path.name)
    for name in ("g1", "g1", "g2", "g2", "g1"):
        assert shelf.take(name)
        assert shelf.index == name
    assert opened == ["g1", "g2", "g1"]


def test_without_a_folder_there_is_only_the_fallback():
    shelf = Shelf(None, "fallback", Generation)
    assert not shelf.take("g1")
    assert shelf.index == "fallback"


def test_the_live_index_is_what_is_asked_for(tmp_path):
    live: Live = LiveIndex(tmp_path, NoLists())
    assert (live.generation, live.failures, live.refresh()) == ("", 0, False)


@pytest.mark.skipif(sys.platform != "linux", reason="counts what Linux shows")
def test_a_thousand_reloads_leave_nothing_open(tmp_path):
    pictures = [bytes([n]) * 32 for n in range(20)]
    names = [
        make_lists(tmp_path / "lists", version=n, hosts=[f"h{n}.example"], pictures=pictures)
        for n in (1, 2)
    ]
    shelf = Shelf(tmp_path / "lists" / "generations", NoLists(), Generation)
    meter = Meter()

    def reload(times):
        for number in range(times):
            assert shelf.take(names[number % 2])
            assert shelf.index.host(f"h{number % 2 + 1}.example")
            assert number % 10 or shelf.index.image([pictures[0]], 100)
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir())), meter.rss(), meter.virtual()

    files, own, space = reload(50)
    files_after, own_after, space_after = reload(1000)
    assert files_after == files
    assert own_after - own < 4 << 20
    assert space_after - space < 8 << 20
