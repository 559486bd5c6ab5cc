"""The demonstration's feed: published, served, synced, and the only list in force."""

import json
import urllib.request

import pytest

from garim_agent.demo import feed
from garim_agent.errors import UsageError
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.live import LiveIndex

PDQ = "0f" * 32


def test_it_is_synced_from_a_server_and_nothing_else_counts(tmp_path):
    root = feed.publish(tmp_path / "feed", PDQ, 90)
    with feed.served(tmp_path / "feed") as address:
        assert json.loads(urllib.request.urlopen(f"{address}/metadata/1.root.json").read())
        feed.sync(tmp_path / "lists", address, root)
    index = LiveIndex(tmp_path / "lists", builtin())
    (match,) = index.host("blocked.garim.test")
    assert (match.feed, match.list) == ("demo", "test")
    assert [one.feed for one in index.image([bytes.fromhex(PDQ)], 90)] == ["demo"]


def test_a_feed_that_says_nothing_is_an_error(tmp_path):
    root = feed.publish(tmp_path / "feed", PDQ, 90)
    with feed.served(tmp_path / "feed") as address:
        (tmp_path / "feed" / "published" / "metadata" / "timestamp.json").unlink()
        with pytest.raises(UsageError, match="did not come into force"):
            feed.sync(tmp_path / "lists", address, root)
