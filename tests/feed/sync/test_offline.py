"""Feeds in a folder: what goes out, and that what comes in is checked like from a server."""

import shutil
from types import SimpleNamespace

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import DAY, FeedSimulator

from garim_feed.errors import FeedError
from garim_feed.sync import offline
from garim_feed.sync.offline import export_feed, import_feed
from garim_feed.sync.source import SourceError, Trouble
from garim_feed.sync.status import read_all


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.new_root(lambda: feed.new_keys("timestamp", 1))
    feed.publish()
    return feed


@pytest.fixture
def source(tmp_path, feed):
    """A machine with a network that has fetched the feed."""
    agent = Agent(tmp_path / "source", feed)
    agent.update()
    return agent


@pytest.fixture
def target(tmp_path, feed):
    """A machine without a network."""
    agent = Agent(tmp_path / "target", feed)

    def offline(_path, _headers):
        raise SourceError(Trouble.NAME)

    agent.server.hook = offline
    return agent


@pytest.fixture
def copy(tmp_path, source):
    export_feed(source.store, "national", tmp_path / "copy")
    return tmp_path / "copy"


def take(target, copy):
    return import_feed(target.store, "national", copy, build=target.build)


def names(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_copy_is_a_plain_published_repository(feed, source, copy):
    found = names(copy)
    assert found <= feed.files.keys()
    assert {path: (copy / path).read_bytes() for path in found} == {
        path: feed.files[path] for path in found
    }
    # Everything that a client of this state of the feed asks for, the first root included.
    assert {"metadata/1.root.json", "metadata/2.root.json", "metadata/timestamp.json"} <= found
    assert sum(path.endswith(".seg") for path in found) == 2


def test_a_copy_is_taken(target, copy):
    report = take(target, copy)
    assert report.changed
    assert target.versions() == {"first": 1}
    assert target.revoked("first") == ("host-0000000000000001",)
    assert report.feeds[0].problem is None
    assert not take(target, copy).changed


def test_the_size_is_told(tmp_path, source):
    size = export_feed(source.store, "national", tmp_path / "copy")
    assert size == sum(
        (tmp_path / "copy" / name).stat().st_size for name in names(tmp_path / "copy")
    )


def test_a_newer_copy_over_an_older_one(feed, source, copy, target):
    take(target, copy)
    feed.put_list("kmcc", "first", b"one", b"two", b"three")
    feed.publish()
    source.update()
    export_feed(source.store, "national", copy)
    take(target, copy)
    assert target.versions() == {"first": 2}


def test_an_older_copy_is_refused(tmp_path, feed, source, copy, target):
    feed.put_list("kmcc", "first", b"one", b"two", b"three")
    feed.publish()
    source.update()
    export_feed(source.store, "national", tmp_path / "newer")
    take(target, tmp_path / "newer")
    with pytest.raises(FeedError, match="an older state"):
        take(target, copy)
    assert target.versions() == {"first": 2}


@pytest.mark.parametrize(
    "kind", ["timestamp.json", ".targets.json", ".seg", "feed.json", ".kmcc.json"]
)
def test_a_changed_copy_is_refused(target, copy, kind):
    (place,) = [p for p in copy.rglob("*") if p.name.endswith(kind)][:1]
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(data)
    try:
        report = take(target, copy)
    except FeedError:
        pass
    else:
        assert report.feeds[0].refused
    assert target.versions() == {}


@pytest.mark.parametrize("kind", ["timestamp.json", ".snapshot.json", "feed.json"])
def test_half_a_copy_is_refused(target, copy, kind):
    for place in copy.rglob(f"*{kind}"):
        place.unlink()
    with pytest.raises(FeedError, match="missing"):
        take(target, copy)
    assert target.versions() == {}


def test_a_copy_that_has_run_out_is_refused(tmp_path, feed, target, source):
    feed.ends["timestamp"] = -DAY
    feed.publish()
    copy = tmp_path / "copy"
    for path, data in feed.files.items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(data)
    with pytest.raises(FeedError, match="has run out"):
        take(target, copy)


def test_a_copy_of_another_feed_is_refused(tmp_path, target):
    other = FeedSimulator("kmcc")
    other.put_list("kmcc", "evil", b"evil")
    other.publish()
    agent = Agent(tmp_path / "other", other)
    agent.update()
    export_feed(agent.store, "national", tmp_path / "copy")
    with pytest.raises(FeedError, match="not signed by enough"):
        take(target, tmp_path / "copy")
    assert target.versions() == {}


def test_what_is_no_copy(tmp_path, target):
    for folder in (tmp_path / "none", tmp_path):
        with pytest.raises(FeedError, match="is not a copy of a feed"):
            take(target, folder)
    (tmp_path / "metadata").mkdir()
    with pytest.raises(FeedError, match="missing"):
        take(target, tmp_path)


def test_nothing_is_exported_that_was_never_fetched(tmp_path, target):
    with pytest.raises(FeedError, match="not fetched whole"):
        export_feed(target.store, "national", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_nothing_is_exported_of_which_something_is_missing(tmp_path, feed, source):
    feed.put_list("kmcc", "first", b"one", b"four")
    feed.publish()
    for path in [path for path in feed.files if path.endswith("first-1.seg")]:
        del feed.files[path]
    source.look()
    with pytest.raises(FeedError, match="not fetched whole"):
        export_feed(source.store, "national", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_metadata_of_two_states_is_not_exported(tmp_path, source, feed):
    """TUF's client keeps a new timestamp also when what it names cannot be got."""
    feed.publish()
    del feed.files[f"metadata/{feed.snapshot.version}.snapshot.json"]
    source.look()
    with pytest.raises(FeedError, match="not fetched whole"):
        export_feed(source.store, "national", tmp_path / "copy")


def test_somebody_else_s_folder_is_left_alone(tmp_path, source):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary")
    with pytest.raises(FeedError, match="holds something else"):
        export_feed(source.store, "national", tmp_path / "mine")
    assert names(tmp_path / "mine") == {"diary.txt"}


def test_a_cut_off_export_is_not_taken_for_a_whole_one(tmp_path, source, target, monkeypatch):
    copied = []

    def failing(first, second):
        copied.append(second)
        if len(copied) == 4:
            raise OSError(28, "No space left on device")
        return shutil.copyfile(first, second)

    monkeypatch.setattr(offline, "shutil", SimpleNamespace(copyfile=failing))
    with pytest.raises(OSError, match="No space"):
        export_feed(source.store, "national", tmp_path / "copy")
    monkeypatch.undo()
    with pytest.raises(FeedError):
        take(target, tmp_path / "copy")
    # The next export goes on from there.
    export_feed(source.store, "national", tmp_path / "copy")
    take(target, tmp_path / "copy")
    assert target.versions() == {"first": 1}


def test_a_feed_of_a_folder_needs_no_import(tmp_path, copy, feed):
    agent = Agent(tmp_path / "third", feed)
    agent.store.remove("national")
    agent.store.add("usb", str(copy), feed.root_file)
    from garim_feed.sync.update import update

    update(agent.store, build=agent.build)
    (status,) = read_all(agent.store.root)
    assert status.problem is None
    assert [one.name for one in status.lists] == ["first"]
