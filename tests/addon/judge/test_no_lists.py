"""Nothing is on no list."""

import inspect

from garim_addon.judge.no_lists import NoLists
from garim_feed.lookup.match import Index, Match


def test_it_finds_nothing():
    index: Index = NoLists()
    assert index.digests == frozenset()
    assert index.version
    found = (
        index.digest(bytes(32)),
        index.image([bytes(32)], 100),
        index.host("a.example"),
        index.address("https://a.example/"),
        index.torrent(bytes(20)),
    )
    assert not any(found)
    assert index.keeper(Match("l", "e", "1", "c", "host")) is None


def test_it_has_what_every_index_has():
    def names(kind):
        return {name for name in vars(kind) if not name.startswith("_")}

    assert names(NoLists) == names(Index)
    for name in names(Index):
        asked = getattr(Index, name)
        if inspect.isfunction(asked):
            assert list(inspect.signature(asked).parameters) == list(
                inspect.signature(getattr(NoLists, name)).parameters
            )
