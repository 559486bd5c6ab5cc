"""The fast lane: one person, at once, with a reason, and only ever taking away."""

import json


def test_an_entry_is_revoked_by_what_it_names(feed):
    entry = feed.run("revoke", "host:evil.example", "--now", "-m", "wrong", "--to", feed.published)
    assert entry.startswith("host-")
    seen = json.loads(feed.run("verify", feed.published, "--json"))
    assert seen["lists"][0]["revoked"] == 1
    assert entry.strip() in feed.run("revoke")
    found = json.loads(feed.run("revoke", "--json"))
    assert [(each["entry"], each["reason"], each["by"]) for each in found] == [
        (entry.strip(), "wrong", "minji")
    ]


def test_by_its_id_as_a_page_shows_it(feed):
    entry = feed.run("remove", "host:evil.example").strip()
    feed.run("draft", "--discard")
    assert feed.run("revoke", entry, "--now", "-m", "wrong", "--to", feed.published) == f"{entry}\n"


def test_it_is_not_taken_for_an_ordinary_removal(feed):
    said = feed.refused("revoke", "host:evil.example", "-m", "x", "--to", feed.published)
    assert "add --now" in said


def test_it_needs_a_reason_a_folder_and_an_entry(feed):
    assert feed.refused("revoke", "host:evil.example", "--now", "--to", feed.published)
    assert "folder" in feed.refused("revoke", "host:evil.example", "--now", "-m", "x")
    said = feed.refused("revoke", "host:fine.example", "--now", "-m", "x", "--to", feed.published)
    assert said == "host:fine.example is not on the list ncii."


def test_the_next_full_publish_makes_it_an_ordinary_removal(feed):
    feed.run("revoke", "host:evil.example", "--now", "-m", "x", "--to", feed.published)
    feed.release("host:more.example")
    seen = json.loads(feed.run("verify", feed.published, "--json"))["lists"][0]
    assert (seen["revoked"], seen["entries"]) == (0, {"address": 1, "host": 1})
