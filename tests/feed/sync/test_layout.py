import pytest

from garim_feed.errors import FeedError
from garim_feed.sync.layout import (
    build_lock,
    feed_folder,
    feed_folders,
    feed_lock,
    feed_name,
    watch_lock,
)


@pytest.mark.parametrize("name", ["a", "0", "national", "school-2", "a" * 32])
def test_names_that_a_feed_may_have(name, tmp_path):
    assert feed_name(name) == name
    assert feed_folder(tmp_path, name).name == name


@pytest.mark.parametrize(
    "name",
    ["", "-a", "A", "a" * 33, "a b", "..", "../a", "a/b", "a.b", "학교", "a\n", "a\0", "builtin"],
)
def test_names_that_never_become_a_path(name, tmp_path):
    for use in (
        feed_name,
        lambda one: feed_folder(tmp_path, one),
        lambda one: feed_lock(tmp_path, one),
    ):
        with pytest.raises(FeedError, match="cannot name a feed"):
            use(name)


def test_only_what_was_added_is_a_feed(tmp_path):
    assert feed_folders(tmp_path) == ()
    for name in ("second", "first", "Not-A-Name", "unfinished"):
        folder = tmp_path / "feeds" / name
        folder.mkdir(parents=True)
        if name != "unfinished":
            (folder / "feed.json").touch()
    (tmp_path / "feeds" / "a-file").touch()
    assert [folder.name for folder in feed_folders(tmp_path)] == ["first", "second"]


def test_everything_of_a_feed_is_in_its_folder(tmp_path):
    folder = feed_folder(tmp_path, "first")
    places = (
        folder.config, folder.root, folder.metadata, folder.segments, folder.documents,
        folder.accepted, folder.polled, folder.offered, folder.status,
    )  # fmt: skip
    assert len(set(places)) == len(places)
    assert all(place.parent == tmp_path / "feeds" / "first" for place in places)


def test_locks_are_not_in_what_is_deleted_and_do_not_meet(tmp_path):
    locks = {feed_lock(tmp_path, name) for name in ("build", "watch", "first")}
    locks |= {build_lock(tmp_path), watch_lock(tmp_path)}
    assert len(locks) == 5
    assert {lock.parent for lock in locks} == {tmp_path / "locks"}
