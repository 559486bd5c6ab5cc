import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator, sha256

from garim_feed.errors import FeedError
from garim_feed.lookup import generations
from garim_feed.sync import files
from garim_feed.sync.apply import apply, plan_of
from garim_feed.sync.built import read_built
from garim_feed.sync.contents import segment_place
from garim_feed.sync.layout import build_lock, feed_lock
from garim_feed.sync.status import in_force, read_all


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.revoke("kmcc", "first", "host-0000000000000001")
    feed.publish()
    return feed


@pytest.fixture
def agent(tmp_path, feed):
    return Agent(tmp_path, feed)


def again(agent):
    return apply(agent.store, agent.build)


def test_where_there_is_nothing_nothing_is_built(agent):
    assert again(agent).generation == ""
    assert agent.build.plans == []


def test_what_is_offered_comes_into_force(agent):
    agent.look()
    applied = again(agent)
    assert applied.changed
    assert applied.generation == generations.current(agent.store.root)
    assert agent.versions() == {"first": 1}
    assert agent.revoked("first") == ("host-0000000000000001",)


def test_the_same_is_not_built_again(agent):
    agent.look()
    again(agent)
    assert not again(agent).changed
    assert len(agent.build.plans) == 1


@pytest.mark.parametrize("lost", ["current", "built.json", "generations"])
def test_what_is_lost_is_built_again(agent, lost):
    agent.look()
    again(agent)
    place = agent.store.root / lost
    if place.is_dir():
        (
            generations.generation_path(agent.store.root, generations.current(agent.store.root))
            / "generation.json"
        ).unlink()
    else:
        place.unlink()
    again(agent)
    assert len(agent.build.plans) == 2
    assert agent.versions() == {"first": 1}


def test_a_removed_feed_s_lists_go(agent):
    agent.look()
    again(agent)
    agent.store.remove("national")
    assert again(agent).changed
    assert in_force(agent.store.root) == ()
    assert read_all(agent.store.root) == ()


def test_a_damaged_offer_changes_nothing(agent):
    agent.look()
    again(agent)
    agent.folder.offered.write_bytes(b"{")
    with pytest.raises(FeedError, match="is damaged"):
        again(agent)
    assert agent.versions() == {"first": 1}


def test_a_damaged_feed_file_keeps_the_lists(agent):
    agent.look()
    agent.folder.config.write_bytes(b"{")
    assert len(plan_of(agent.store.root).lists) == 1
    again(agent)
    assert agent.versions() == {"first": 1}


def test_a_failed_build_changes_nothing_and_is_tried_again(agent, feed):
    agent.update()
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    agent.look()
    agent.build.fail = FeedError("The lists could not be built ({reason}).", reason="memory")
    for _ in range(2):
        with pytest.raises(FeedError, match="memory"):
            again(agent)
    assert agent.versions() == {"first": 1}
    assert "memory" in str(read_all(agent.store.root)[0].problem)
    agent.build.fail = None
    assert again(agent).changed
    assert read_all(agent.store.root)[0].problem is None
    assert agent.versions() == {"first": 2}


def test_a_refused_list_stays_as_it_was_and_is_told(agent, feed):
    agent.update()
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.put_list("kmcc", "second", b"three")
    feed.publish()
    agent.build.refuse = {"first"}
    status = agent.update()
    assert agent.versions() == {"first": 1, "second": 1}
    assert [(one.list, str(one)) for one in status.refused] == [
        ("first", "The list first names a well-known host.")
    ]
    # It is not built over and over.
    plans = len(agent.build.plans)
    assert agent.update().refused == status.refused
    assert len(agent.build.plans) == plans
    agent.build.refuse = set()
    feed.put_list("kmcc", "first", b"one", b"better")
    feed.publish()
    assert agent.update().refused == ()
    assert agent.versions() == {"first": 3, "second": 1}


def test_when_something_changed_is_told_for_each_feed(agent, feed):
    agent.store.add("school", "https://school.example", feed.root_file)
    agent.update()
    before = read_built(agent.store.root).changed
    assert set(before) == {"national", "school"}
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    agent.look()
    again(agent)
    after = read_built(agent.store.root).changed
    assert after["national"] > before["national"]
    assert after["school"] == before["school"]


def segments(agent):
    return {place.stem for place in agent.folder.segments.iterdir()}


def test_segments_that_are_not_needed_any_more_go(agent, feed):
    agent.update()
    feed.put_list("kmcc", "first", b"compact")
    feed.publish()
    agent.look()
    assert segments(agent) == {sha256(b"one"), sha256(b"compact")}
    again(agent)
    assert segments(agent) == {sha256(b"compact")}


def test_nothing_is_deleted_while_somebody_looks(agent, feed):
    agent.update()
    feed.put_list("kmcc", "first", b"compact")
    feed.publish()
    agent.look()
    with files.locked(feed_lock(agent.store.root, "national")):
        again(agent)
    assert segments(agent) == {sha256(b"one"), sha256(b"compact")}


def test_a_segment_that_a_bad_disk_damaged_is_fetched_again(agent, feed):
    agent.look()
    place = segment_place(agent.folder, sha256(b"one"))
    place.write_bytes(b"ONE")
    agent.build.refuse = {"first"}
    again(agent)
    assert not place.exists()
    agent.build.refuse = set()
    agent.look()
    assert place.read_bytes() == b"one"
    assert again(agent).changed
    assert agent.versions() == {"first": 1}


def test_two_do_not_build_at_once(agent, monkeypatch):
    monkeypatch.setattr("garim_feed.sync.apply.WAIT", 0)
    agent.look()
    with files.locked(build_lock(agent.store.root)), pytest.raises(FeedError, match="at work"):
        again(agent)
    assert agent.build.plans == []


def test_a_generation_that_is_not_whole_does_not_come_into_force(agent):
    agent.look()

    def liar(plan, root, lock):
        result = agent.build(plan, root, lock)
        (generations.generation_path(root, result.generation) / "generation.json").write_text("{")
        return result

    with pytest.raises(FeedError):
        apply(agent.store, liar)
    assert generations.current(agent.store.root) == ""


def test_old_generations_go(agent, feed):
    for number in range(6):
        feed.put_list("kmcc", "first", b"one", str(number).encode())
        feed.publish()
        agent.update()
    assert len(generations.names(agent.store.root)) == 1 + generations.KEPT
