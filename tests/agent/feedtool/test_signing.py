"""From approved to published; every signature counts, and a folder is never half a feed."""

import json

import pytest


@pytest.fixture
def approved(house):
    house.run("add", "host:a.example")
    house.decide()
    return house


def test_signatures_are_gathered_and_then_it_is_published(approved):
    out = approved.run("sign")
    assert "ncii" not in out
    assert "root: 1 of 2 signatures; can still sign: jun, sora." in out
    assert "kcsc: 1 of 2 signatures" in out
    out = approved.run("sign", who="sora")
    assert out == "All signatures are there. Next: garim-feed publish FOLDER.\n"
    done = approved.call("publish", approved.published, who="jun")
    assert (done.exit_code, done.stdout) == (0, "ncii version 1\n")
    assert "written to" in done.stderr
    assert (approved.published / "metadata" / "timestamp.json").is_file()


def test_nothing_is_published_without_the_signatures(approved):
    approved.run("sign")
    assert approved.refused("publish", approved.published)
    assert not (approved.published / "metadata").exists()


def test_where_to_is_said_once_or_by_the_environment(approved, monkeypatch):
    assert approved.refused("publish").startswith("Say which folder the feed is published in")
    approved.run("sign")
    approved.run("sign", who="jun")
    monkeypatch.setenv("GARIM_FEED_PUBLISH", str(approved.published))
    assert approved.run("publish") == "ncii version 1\n"


def test_one_who_signed_signs_again_without_harm_but_not_a_stranger(approved):
    approved.run("sign")
    approved.call("sign", who="minji")
    assert "1 of 2" in json.dumps(approved.run("status"))


def test_signing_again_begins_anew(approved):
    approved.run("sign")
    approved.run("add", "host:b.example")
    approved.decide()
    out = approved.run("sign", "--again", who="jun")
    assert "can still sign: minji, sora." in out
    approved.run("sign", who="minji")
    approved.run("publish", approved.published)
    seen = json.loads(approved.run("verify", approved.published, "--json"))
    assert seen["lists"][0]["entries"] == {"host": 2}


def test_unstaging_keeps_what_was_approved(approved):
    approved.run("sign")
    approved.run("unstage")
    assert json.loads(approved.run("status", "--json"))["stage"] is None
    approved.sign_and_publish()
    assert approved.refused("unstage")


def test_nothing_to_sign_is_said(feed):
    assert feed.refused("sign")


def test_refreshing_needs_nobody(feed):
    done = feed.call("refresh", feed.published)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "nothing was written" in done.stderr.lower()


def test_refreshing_an_unpublished_feed_is_refused(house):
    assert house.refused("refresh", house.published)
