"""Files that are not what was signed, do not end, do not come, or are too large."""

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator, pieces, sha256
from tests.feed.sync.test_attacks import agent, feed, next_list, stays
from tuf.api.metadata import MetaFile, TargetFile

from garim_feed.sync import fetcher, pace
from garim_feed.sync.source import Reply
from garim_feed.wire import names
from garim_feed.wire.catalogue import Catalogue, write_catalogue

__all__ = ["agent", "feed"]

SECOND = f"targets/lists/kmcc/{sha256(b'two')}.first-1.seg"


def refused(agent: Agent, words: str, list_: str = "first") -> None:
    """Look again: the list stays, and a sentence about it has these words."""
    status = agent.update()
    assert [one.list for one in status.refused] == [list_]
    assert words in str(status.refused[0])
    assert agent.versions() == {"first": 1}


def again(feed: FeedSimulator, role: str) -> None:
    """Publish a role whose version was raised."""
    feed.snapshot.version += 1
    feed.timestamp.version += 1
    for each in (role, "snapshot", "timestamp"):
        feed.write(each)


def endless(_path, _headers):
    def forever():
        while True:
            yield b"\0" * 65_536

    return Reply(200, {}, forever())


@pytest.mark.parametrize("served", [b"TWO", b"tw\0"], ids=["other", "damaged"])
def test_wrong_hash(agent, feed, served):
    next_list(feed)
    feed.files[SECOND] = served
    refused(agent, "not the one that was signed")
    # The right one is taken the next time.
    feed.files[SECOND] = b"two"
    assert agent.update().refused == ()
    assert agent.versions() == {"first": 2}


@pytest.mark.parametrize(
    ("served", "words"), [(b"t", "came incomplete"), (b"twoo", "more than was signed")]
)
def test_wrong_length(agent, feed, served, words):
    next_list(feed)
    feed.files[SECOND] = served
    refused(agent, words)


def test_wrong_hash_of_a_document(agent, feed):
    next_list(feed)
    for path in feed.files:
        if path.endswith(".catalogue.json"):
            feed.files[path] = feed.files[path].replace(b"first", b"other")
    refused(agent, "not the one that was signed", list_="")


def test_wrong_hash_of_the_description(agent, feed):
    feed.description = feed.description.model_copy(update={"name": "changed"})
    next_list(feed)
    for path in feed.files:
        if path.endswith(".feed.json"):
            feed.files[path] = feed.files[path].replace(b"changed", b"CHANGED")
    stays(agent, "not the one that was signed")


@pytest.mark.parametrize("end", ["timestamp.json", "root.json", "snapshot.json", "kmcc.json"])
def test_endless_metadata(agent, feed, end):
    next_list(feed)
    agent.server.hook = lambda path, headers: endless(path, headers) if path.endswith(end) else None
    status = agent.update()
    assert "more than was signed" in str(status.problem or status.refused[0])
    assert agent.versions() == {"first": 1}
    assert status.received < 5_000_000


def test_endless_target(agent, feed):
    next_list(feed)
    agent.server.hook = lambda path, headers: endless(path, headers) if path == SECOND else None
    refused(agent, "more than was signed")


def test_announced_length_is_refused_before_a_byte_is_read(agent, feed):
    next_list(feed)
    huge = {"content-length": str(1 << 40)}
    agent.server.hook = lambda path, _headers: (
        Reply(200, huge, iter([b"two"])) if path == SECOND else None
    )
    refused(agent, "more than was signed")


def test_slow_data(agent, feed, monkeypatch):
    ticks = iter(range(0, 10**6, 10))
    monkeypatch.setattr(pace.paced, "__kwdefaults__", {
        **(pace.paced.__kwdefaults__ or {}), "monotonic": lambda: float(next(ticks))
    })  # fmt: skip
    monkeypatch.setattr(fetcher, "paced", lambda chunks, limit, **_: pace.paced(chunks, limit))
    data = bytes(9000)
    feed.put_list("kmcc", "first", b"one", data)
    feed.publish()
    path = f"targets/lists/kmcc/{sha256(data)}.first-1.seg"
    agent.server.hook = lambda asked, _headers: (
        Reply(200, {}, pieces(data, 10)) if asked == path else None
    )
    stays(agent, "comes too slowly")
    # What came is continued.
    monkeypatch.undo()
    agent.server.hook = lambda _path, _headers: None
    agent.update()
    assert agent.versions() == {"first": 2}
    assert any(int(one.get("Range", "bytes=0-")[6:-1]) > 0 for one in agent.server.headers)


# Oversized


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_oversized_metadata_that_the_online_key_announces(agent, feed, role):
    """The online key says how long metadata is; it cannot make us take more than the cap."""
    next_list(feed)
    big = 1 << 30
    if role == "targets":
        feed.snapshot.meta["targets.json"] = MetaFile(feed.targets.version, length=big)
        feed.snapshot.version += 1
        feed.write("snapshot")
    feed.timestamp.version += 1
    feed.write("timestamp")
    agent.server.hook = lambda path, headers: (
        endless(path, headers) if path.endswith(f"{role}.json") else None
    )
    stays(agent, "more than was signed")


def test_oversized_document(agent, feed):
    role = feed.roles["kmcc"]
    path = names.catalogue_path("kmcc")
    next_list(feed)
    role.targets[path] = TargetFile(1 << 30, {"sha256": "0" * 64}, path)
    feed.bump("kmcc", role)
    again(feed, "kmcc")
    refused(agent, "not put together", list_="")
    assert not any("0" * 64 in asked for asked in agent.server.took())


# Segment bombs


def test_segment_bomb_by_length(agent, feed):
    next_list(feed)
    role = feed.roles["kmcc"]
    path = names.segment_path("kmcc", "first-1.seg")
    role.targets[path] = TargetFile((64 << 20) + 1, {"sha256": sha256(b"two")}, path)
    feed.bump("kmcc", role)
    again(feed, "kmcc")
    refused(agent, "not put together")
    assert SECOND not in agent.server.took()


def test_segment_bomb_by_number(agent, feed):
    manifest = feed.put_list("kmcc", "first", b"one")
    first = manifest.segments[0]
    many = tuple(first.model_copy(update={"file": f"first-{n}.seg"}) for n in range(1000))
    lists = (manifest.model_copy(update={"segments": many}),)
    bomb = Catalogue.model_construct(format=1, authority="kmcc", lists=lists)
    feed.put_target(feed.roles["kmcc"], names.catalogue_path("kmcc"), write_catalogue(bomb))
    feed.bump("kmcc", feed.roles["kmcc"])
    again(feed, "kmcc")
    refused(agent, "not valid", list_="")


def test_bomb_of_lists(tmp_path):
    feed = FeedSimulator("kmcc", "school")
    for number in range(60):
        feed.put_list("kmcc", f"first-{number}", b"one")
        feed.put_list("school", f"more-{number}", b"one")
    feed.publish()
    agent = Agent(tmp_path, feed)
    status = agent.update()
    assert len(agent.versions()) == 100
    assert len(status.refused) == 20
    assert "more than 100 lists" in str(status.refused[0])


def test_a_segment_that_the_role_does_not_sign(agent, feed):
    next_list(feed)
    del feed.segments[names.segment_path("kmcc", "first-1.seg")]
    feed.publish()
    refused(agent, "not put together")


def test_a_file_without_sha256(agent, feed):
    next_list(feed)
    path = names.segment_path("kmcc", "first-1.seg")
    feed.roles["kmcc"].targets[path] = TargetFile.from_data(path, b"two", ["sha512"])
    feed.bump("kmcc", feed.roles["kmcc"])
    again(feed, "kmcc")
    refused(agent, "not put together")


# Half-written


def test_half_written_publish_with_a_missing_target(agent, feed):
    next_list(feed)
    data = feed.files.pop(SECOND)
    refused(agent, "missing on its server")
    # The next look asks again, though the timestamp is the same.
    feed.files[SECOND] = data
    assert agent.update().refused == ()
    assert agent.versions() == {"first": 2}


def test_half_written_publish_with_missing_metadata(agent, feed):
    next_list(feed)
    path = f"metadata/{feed.snapshot.version}.snapshot.json"
    data = feed.files.pop(path)
    stays(agent, "missing on its server")
    feed.files[path] = data
    assert agent.update().problem is None
    assert agent.versions() == {"first": 2}


def test_a_feed_without_description(agent, feed: FeedSimulator):
    del feed.targets.targets[names.FEED]
    feed.bump("targets", feed.targets)
    again(feed, "targets")
    stays(agent, "not put together")
