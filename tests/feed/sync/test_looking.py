from datetime import UTC, datetime, timedelta

import pytest
from tests.feed.sync.made import URL, Agent
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.errors import FeedError
from garim_feed.sync import files
from garim_feed.sync.layout import feed_lock
from garim_feed.sync.looking import Looker
from garim_feed.sync.source import Reply
from garim_feed.sync.status import read_stored


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return feed


@pytest.fixture
def agent(tmp_path, feed):
    return Agent(tmp_path, feed)


def failing(status, **headers):
    return lambda _path, _headers: Reply(status, headers, iter(()))


def test_a_connection_is_kept_between_looks(agent):
    made = []

    def source(url):
        made.append(url)
        return agent.server

    with Looker(agent.store, "national", source=source) as looker:
        looker.look()
        looker.look()
        assert made == [URL]
        assert agent.server.closed == 0
        # Another address is another connection.
        config = agent.store.feed("national").model_copy(update={"url": "https://new.example"})
        agent.folder.config.write_text(config.model_dump_json())
        looker.look()
        assert made == [URL, "https://new.example"]
        assert agent.server.closed == 1
    assert agent.server.closed == 2


def test_failures_are_counted_until_all_is_well(agent):
    agent.server.hook = failing(503)
    assert [agent.look().failures for _ in range(3)] == [1, 2, 3]
    assert "error 503" in str(agent.look().problem)
    assert agent.look().checked is None
    agent.server.hook = lambda _path, _headers: None
    status = agent.look()
    assert (status.failures, status.problem) == (0, None)
    assert status == read_stored(agent.folder)
    agent.server.hook = failing(503)
    assert agent.look().checked == status.checked


@pytest.mark.parametrize(("told", "seconds"), [("120", 120), ("0", 0), (str(10**8), 3600)])
def test_retry_after_is_remembered_but_not_for_ever(agent, told, seconds):
    agent.server.hook = failing(429, **{"retry-after": told})
    status = agent.look()
    assert status.not_before is not None
    wait = status.not_before - datetime.now(UTC)
    assert abs(wait - timedelta(seconds=seconds)) < timedelta(seconds=5)
    agent.server.hook = lambda _path, _headers: None
    assert agent.look().not_before is None


@pytest.mark.parametrize(
    "error", [RecursionError(), MemoryError(), KeyError("x"), OSError(5, "I/O")]
)
def test_whatever_happens_becomes_a_sentence(agent, error):
    def broken(_path, _headers):
        raise error

    agent.server.hook = broken
    status = agent.look()
    assert status.failures == 1
    assert "national" in str(status.problem)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 100_000, b'{"signed":{},"signatures":[]}', b"\xff"]
)
def test_odd_timestamps_become_sentences(agent, feed, data):
    agent.update()
    feed.files["metadata/timestamp.json"] = data[:16_000]
    assert agent.update().problem is not None
    assert agent.versions() == {"first": 1}


def test_a_proxy_that_is_of_no_use_becomes_a_sentence(agent, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    with Looker(agent.store, "national") as looker:
        assert "socks5" in str(looker.look().problem)


def test_two_do_not_look_at_once(agent):
    with files.locked(feed_lock(agent.store.root, "national")), pytest.raises(FeedError):
        agent.look()
    assert agent.look().problem is None


def test_a_feed_that_was_removed(agent):
    agent.store.remove("national")
    with pytest.raises(FeedError, match="no feed"):
        agent.look()
    assert not agent.folder.path.exists()


def test_progress_is_told(agent):
    told = []
    with Looker(agent.store, "national", source=agent.server) as looker:
        looker.look(lambda come, wanted: told.append((come, wanted)))
    assert told[-1][0] == told[-1][1] > 0


def test_a_status_that_cannot_be_written_is_an_error(agent, monkeypatch):
    write = files.write

    def full(path, data, **options):
        if path.name == "status.json":
            raise OSError(28, "No space left on device")
        write(path, data, **options)

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(OSError, match="No space"):
        agent.look()
