from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.lookup import generations
from garim_feed.sync.standing import standing_of


def test_what_is_in_force_is_read_from_the_generation(tmp_path):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    agent = Agent(tmp_path, feed)
    root, folder = agent.store.root, agent.folder
    assert standing_of(root, folder).manifests == {}
    # Offered, but nothing was ever built: the offer stands in.
    agent.look()
    assert standing_of(root, folder).owners == {"first": "kmcc"}
    agent.update()
    feed.put_list("kmcc", "first", b"one", b"two")
    feed.publish()
    agent.look()
    assert standing_of(root, folder).manifests["first"].version == 1
    assert standing_of(root, agent.store.folder("other")).manifests == {}


def test_a_damaged_generation_makes_no_newcomers(tmp_path):
    feed = FeedSimulator("kmcc")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    agent = Agent(tmp_path, feed)
    agent.update()
    root = agent.store.root
    (generations.generation_path(root, generations.current(root)) / "generation.json").write_text(
        "{"
    )
    feed.put_list("kmcc", "first", b"one", entries=50_000)
    feed.publish()
    assert "would grow" in str(agent.look().refused[0])
