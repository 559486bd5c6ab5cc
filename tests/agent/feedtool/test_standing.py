"""`garim-feed status` through the life of a feed."""

import json


def test_a_new_feed(house):
    out = house.run("status")
    assert out.startswith("Feed national\n")
    assert "list ncii version 0: 0 entries in 0 segments" in out
    assert json.loads(house.run("status", "--json"))["root_fingerprint"] == ""


def test_what_waits_is_said_step_by_step(house):
    house.run("add", "host:a.example")
    assert "Draft of minji for ncii: 1 to add, 0 to remove." in house.run("status")
    house.run("propose", "-m", "bad")
    assert "Proposal 1: ncii, 1 lines, by minji at" in house.run("status")
    house.run("approve", "1", "--yes", who="jun")
    assert "1 changes are not published" in house.run("status")
    house.run("sign")
    assert "kcsc: 1 of 2 signatures; can still sign: jun, sora." in house.run("status")
    house.run("sign", who="jun")
    assert "All signatures are there." in house.run("status")
    house.run("publish", house.published)
    out = house.run("status")
    assert "not published" not in out
    assert "list ncii version 1: 1 entries in 1 segments" in out
    assert "timestamp version 1, until" in out
    fingerprint = json.loads(house.run("status", "--json"))["root_fingerprint"]
    assert house.run("root", house.published).replace(" ", "").strip() == fingerprint


def test_the_whole_as_values(feed):
    found = json.loads(feed.run("status", "--json"))
    assert set(found) == {
        *("feed", "root_fingerprint", "roles", "lists", "drafts", "proposals", "stage"),
        *("revocations", "audit"),
    }
    assert found["lists"][0]["entries"] == {"host": 1, "address": 1}
    assert found["stage"] is None


def test_revocations_are_counted(feed):
    feed.run("revoke", "host:evil.example", "--now", "-m", "x", "--to", feed.published)
    assert "1 entries are revoked." in feed.run("status")
