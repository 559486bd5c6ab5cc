import subprocess
import sys

import pytest
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.errors import FeedError
from garim_feed.sync import files, trust
from garim_feed.sync import store as module
from garim_feed.sync.layout import feed_lock
from garim_feed.sync.store import MAX_FEEDS, ListStore, has_feeds

URL = "https://feed.example/garim/"


@pytest.fixture(scope="module")
def root() -> bytes:
    return FeedSimulator("kmcc").root_file


@pytest.fixture
def store(tmp_path, monkeypatch) -> ListStore:
    monkeypatch.setattr(module, "WAIT", 0)
    return ListStore(tmp_path / "lists")


def test_a_feed_is_added_and_removed(store, root):
    assert not has_feeds(store.root)
    assert store.feeds() == ()
    config = store.add("national", URL, root, models=True)
    assert config.url == "https://feed.example/garim"
    assert config.fingerprint == trust.inspect(root).fingerprint
    assert (config.policy, config.models) == (False, True)
    assert has_feeds(store.root)
    assert store.feeds() == (config,)
    assert store.feed("national") == config
    store.remove("national")
    assert not has_feeds(store.root)
    assert not store.folder("national").path.exists()


def test_several_feeds_stand_side_by_side(store, root):
    for name in ("school", "national"):
        store.add(name, URL, root)
    assert [feed.name for feed in store.feeds()] == ["national", "school"]


def test_a_name_is_given_once(store, root):
    store.add("national", URL, root)
    with pytest.raises(FeedError, match="there already"):
        store.add("national", URL, root)


def test_there_is_an_end_to_feeds(store, root):
    for number in range(MAX_FEEDS):
        store.add(f"feed-{number}", URL, root)
    with pytest.raises(FeedError, match="10 feeds already"):
        store.add("one-more", URL, root)


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("../up", URL, "cannot name a feed"),
        ("builtin", URL, "cannot name a feed"),
        ("national", "http://feed.example", "https"),
    ],
)
def test_what_is_not_added(store, root, name, url, words):
    with pytest.raises(FeedError, match=words):
        store.add(name, url, root)
    assert not has_feeds(store.root)


def test_nothing_is_added_without_a_good_root(store):
    with pytest.raises(FeedError, match="not the root file"):
        store.add("national", URL, b"{}")
    assert not store.root.exists()


def test_what_a_kill_left_of_another_feed_is_not_trusted(store, root):
    folder = store.folder("national")
    files.write(folder.metadata / "timestamp.json", b"of another")
    store.add("national", URL, root)
    assert not folder.metadata.exists()


def test_a_kill_in_the_middle_leaves_no_feed(store, root, monkeypatch):
    write = files.write

    def killed(path, data, **options):
        if path.name == "feed.json":
            raise KeyboardInterrupt
        write(path, data, **options)

    monkeypatch.setattr(files, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        store.add("national", URL, root)
    assert not has_feeds(store.root)
    monkeypatch.undo()
    store.add("national", URL, root)


def test_nobody_changes_what_another_works_on(store, root):
    store.add("national", URL, root)
    lock = feed_lock(store.root, "national")
    with files.locked(lock), pytest.raises(FeedError, match="at work"):
        store.remove("national")
    store.remove("national")


def test_what_is_not_there(store):
    for ask in (store.feed, store.remove):
        with pytest.raises(FeedError, match="no feed with the name other"):
            ask("other")


def test_a_damaged_feed_is_still_one_to_follow_and_can_be_removed(store, root):
    store.add("national", URL, root)
    store.folder("national").config.write_text("{")
    assert has_feeds(store.root)
    assert store.feeds() == ()
    store.remove("national")
    assert not has_feeds(store.root)


def test_the_proxy_imports_neither_tuf_nor_the_network_with_it():
    heavy = "tuf", "urllib3", "numpy", "securesystemslib", "truststore"
    code = (
        "import sys; import garim_feed.sync.store, garim_feed.sync.status;"
        f"sys.exit(bool({set(heavy)!r} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_shipped_list_can_be_left_out(tmp_path):
    store = ListStore(tmp_path / "lists")
    assert store.shipped
    store.leave_out_shipped()
    assert not ListStore(tmp_path / "lists").shipped
