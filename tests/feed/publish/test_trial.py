"""A trial feed is a real one: two signatures, verified by the client that agents use."""

import json

import pytest

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.generations import generation_path
from garim_feed.publish.items import Item
from garim_feed.publish.trial import Trial, official_items, publish_trial
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import update
from garim_feed.wire.description import Authority

KEEPER = Authority(slug="garim", name="Trial keeper", uri="", appeal="")
ITEMS = official_items(["ab" * 32], "0f" * 32, 90)


def test_an_agent_takes_it(tmp_path):
    root = publish_trial(Trial("trial", KEEPER, ITEMS), tmp_path / "work", tmp_path / "published")
    store = ListStore(tmp_path / "lists")
    store.add("trial", (tmp_path / "published").as_uri(), root)
    report = update(store)
    (status,) = report.feeds
    assert [one.name for one in status.lists] == ["test"]
    index = Generation(generation_path(store.root, report.generation))
    (match,) = [m for m in index.host("blocked.garim.test") if m.feed == "trial"]
    assert index.keeper(match).name == "Trial keeper"
    assert [m.feed for m in index.digest(bytes.fromhex("ab" * 32))] == ["trial"]


def test_two_people_signed_it(tmp_path):
    publish_trial(Trial("trial", KEEPER, ITEMS), tmp_path / "work", tmp_path / "published")
    for role in ("1.root", "1.targets", "1.garim"):
        signed = json.loads((tmp_path / "published" / "metadata" / f"{role}.json").read_bytes())
        assert len({one["keyid"] for one in signed["signatures"] if one["sig"]}) == 2


def test_what_cannot_be_listed_is_refused(tmp_path):
    bad = Trial("trial", KEEPER, (Item(Kind.SHA256, "zz"),))
    with pytest.raises(FeedError):
        publish_trial(bad, tmp_path / "work", tmp_path / "published")
    assert not (tmp_path / "published").exists()
