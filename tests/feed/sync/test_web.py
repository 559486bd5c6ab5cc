"""From a real web server into force: real sockets, real segments, the real build."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from tests.feed.sync.real import hosts_segment, put_real_list
from tests.feed.sync.simulator import FeedSimulator
from tests.feed.sync.web import serving

from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.live import LiveIndex
from garim_feed.sync import trust
from garim_feed.sync.looking import Looker
from garim_feed.sync.offline import export_feed, import_feed
from garim_feed.sync.status import read_all
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import update

IDLE_BYTES = 1000
"""What an idle look may cost on the wire, both ways, headers included."""


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    put_real_list(feed, "kmcc", "first", hosts_segment(feed, "bad.example", count=20_000))
    feed.publish()
    return feed


@pytest.fixture
def web(feed):
    with serving(feed) as web:
        yield web


@pytest.fixture
def store(tmp_path, feed, web):
    store = ListStore(tmp_path / "lists")
    store.add("national", web.url, feed.root_file)
    return store


def hosts(store, *names):
    live = LiveIndex(store.root, builtin())
    return {name for name in names if live.host(name)}


def test_published_fetched_blocked_revoked(store, feed, web):
    report = update(store)
    assert report.changed
    assert report.feeds[0].refused == ()
    assert hosts(store, "www.bad.example", "good.example") == {"www.bad.example"}
    base = hosts_segment(feed, "bad.example", count=20_000)
    put_real_list(feed, "kmcc", "first", base, hosts_segment(feed, "worse.example"))
    feed.publish()
    before = web.sent
    update(store)
    assert hosts(store, "bad.example", "worse.example") == {"bad.example", "worse.example"}
    # A change costs metadata and the new segment, not the list again.
    assert web.sent - before < 30_000
    (match,) = LiveIndex(store.root, builtin()).host("bad.example")
    feed.revoke("kmcc", "first", match.entry)
    feed.publish()
    update(store)
    assert hosts(store, "bad.example", "worse.example") == {"worse.example"}


def test_a_list_that_would_block_a_well_known_host_is_refused(store, feed):
    update(store)
    put_real_list(feed, "kmcc", "first", hosts_segment(feed, "bad.example", "naver.com"))
    feed.publish()
    status = update(store).feeds[0]
    assert [one.list for one in status.refused] == ["first"]
    assert status.lists[0].version == 1
    assert hosts(store, "bad.example", "naver.com") == {"bad.example"}


def test_a_segment_that_does_not_hold_what_the_manifest_says_is_refused(store, feed):
    update(store)
    segment = hosts_segment(feed, "bad.example", "other.example")
    put_real_list(feed, "kmcc", "first", segment)
    manifest = feed.lists["kmcc"]["first"]
    feed.lists["kmcc"]["first"] = manifest.model_copy(update={"entries": {"host": 3}})
    feed.publish()
    assert [one.list for one in update(store).feeds[0].refused] == ["first"]
    assert hosts(store, "bad.example", "other.example") == {"bad.example"}


@pytest.mark.parametrize("etags", [True, False], ids=["etag", "date"])
def test_an_idle_look_is_small_and_needs_no_new_connection(store, web, etags):
    web.etags = etags
    with Looker(store, "national") as looker:
        looker.look()
        sent, got, connections = web.sent, web.got, web.connections
        status = looker.look()
        assert web.requests[-1] == ("metadata/timestamp.json", 304)
        assert 0 < web.sent - sent + web.got - got < IDLE_BYTES
        assert web.connections == connections
    assert status.problem is None


def test_a_connection_that_broke_is_continued_in_the_next_look(store, feed, web):
    data = next(data for path, data in feed.files.items() if path.endswith(".seg"))
    half = len(data) // 2

    def breaking(handler):
        if not handler.path.endswith(".seg") or handler.headers.get("Range"):
            return False
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:half])
        handler.connection.shutdown(socket.SHUT_RDWR)
        return True

    web.answer = breaking
    with Looker(store, "national") as looker:
        assert "cannot be reached" in str(looker.look().problem)
    with Looker(store, "national") as looker:
        status = looker.look()
    assert status.problem is None
    assert status.received < half + 20_000
    assert any(one == (path, 206) for path, _ in web.requests for one in web.requests)


def test_retry_after_over_the_wire(store, web):
    web.answer = lambda handler: handler.reply(503, b"", {"Retry-After": "300"}) or True
    status = update(store).feeds[0]
    assert "error 503" in str(status.problem)
    assert status.not_before is not None
    assert status.not_before - datetime.now(UTC) < timedelta(seconds=301)


def test_the_first_trust_by_a_fingerprint(tmp_path, feed, web):
    told = trust.readable(trust.inspect(feed.root_file).fingerprint)
    root = trust.fetch_root(web.url, told)
    store = ListStore(tmp_path / "second")
    store.add("national", web.url, root)
    assert update(store).feeds[0].problem is None


def test_over_a_folder_to_a_machine_without_a_network(tmp_path, store, feed, web):
    update(store)
    export_feed(store, "national", tmp_path / "copy")
    web.close()
    other = ListStore(tmp_path / "other")
    other.add("national", web.url, feed.root_file)
    assert import_feed(other, "national", tmp_path / "copy").changed
    assert hosts(other, "bad.example") == {"bad.example"}
    # Its own address does not answer, which changes nothing.
    assert "cannot be reached" in str(update(other).feeds[0].problem)
    assert hosts(other, "bad.example") == {"bad.example"}


def test_a_server_that_goes_away_leaves_the_lists(store, web):
    update(store)
    web.close()
    assert update(store).feeds[0].failures == 1
    assert hosts(store, "bad.example") == {"bad.example"}
    assert read_all(store.root)[0].lists[0].name == "first"
