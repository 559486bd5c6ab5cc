"""What changed, who did it, and what agents see."""

import json
import re
import threading
import urllib.request

import pytest

from garim_agent.feedtool import proving


def test_versions_are_compared(feed):
    feed.run("remove", "host:evil.example")
    feed.run("add", "host:worse.example")
    feed.decide()
    out = feed.run("diff", "1")
    assert re.search(r"^- host-[0-9a-f]{16}  evil\.example$", out, re.MULTILINE)
    assert re.search(r"^\+ host-[0-9a-f]{16}  worse\.example$", out, re.MULTILINE)
    feed.sign_and_publish()
    assert feed.run("diff", "1", "2") == out
    found = [json.loads(line) for line in feed.run("diff", "1", "2", "--json").splitlines()]
    assert {(each["action"], each["item"]["subject"]) for each in found} == {
        ("remove", "evil.example"),
        ("add", "worse.example"),
    }
    assert feed.refused("diff", "1", "9")
    assert feed.refused("diff", "2", "1")


def test_the_log_is_checked_and_printed(feed):
    done = feed.call("audit")
    assert done.exit_code == 0
    assert "The log is whole" in done.stderr
    actions = [line.split("  ")[3] for line in done.stdout.splitlines()]
    assert {"propose", "approve", "publish"} <= set(actions)
    assert "evil.example" not in done.stdout
    assert feed.run("audit", "--check") == ""
    records = [json.loads(line) for line in feed.run("audit", "--json").splitlines()]
    assert [record["number"] for record in records] == list(range(1, len(records) + 1))


def test_a_feed_is_verified_from_its_root(feed, tmp_path):
    done = feed.call("verify", feed.published)
    assert done.exit_code == 0
    assert "ncii of kcsc: version 1, 2 entries, 1 segments" in done.stdout
    assert "not whose it is" in done.stderr
    done = feed.call("verify", feed.published, "--root", feed.root)
    assert (done.exit_code, done.stderr) == (0, "")
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert feed.refused("verify", feed.published, "--root", other)


def test_a_damaged_feed_is_found_out(feed):
    segment = next(feed.published.rglob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-1] + b"x")
    assert feed.refused("verify", feed.published)


def test_the_root_file_is_handed_out(feed, tmp_path):
    done = feed.call("root", feed.published, "--out", tmp_path / "root.json")
    assert done.exit_code == 0
    assert "2 of 3 keys" in done.stderr
    assert (tmp_path / "root.json").read_bytes() == feed.root.read_bytes()
    seen = json.loads(feed.run("verify", feed.published, "--json"))
    assert done.stdout.replace(" ", "").strip() == seen["fingerprint"]


def test_a_folder_without_a_feed_has_no_root(feed, tmp_path):
    assert feed.refused("root", tmp_path) == f"{tmp_path} holds no published feed."
    assert feed.refused("serve", tmp_path, "--port", "0")
    assert feed.refused("verify", tmp_path)


@pytest.fixture
def serving(monkeypatch):
    """The server that the command made, served by a thread and ended as Ctrl-C ends it."""
    made = []
    stock = proving.server

    def server(*arguments):
        made.append(stock(*arguments))
        return made[-1]

    monkeypatch.setattr(proving, "server", server)
    return made


def test_a_feed_is_served_for_trials(feed, serving, monkeypatch):
    seen = {}

    def fetch(port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metadata/timestamp.json") as answer:
            seen["timestamp"] = answer.read()
        serving[0].shutdown()

    say = proving.say

    def said(sentence):
        say(sentence)
        port = re.search(r"127\.0\.0\.1:(\d+)", sentence)
        if port:
            threading.Thread(target=fetch, args=(port[1],)).start()

    monkeypatch.setattr(proving, "say", said)
    done = feed.call("serve", feed.published, "--port", "0")
    assert done.exit_code == 0
    assert "for trials" in done.stderr
    assert seen["timestamp"] == (feed.published / "metadata" / "timestamp.json").read_bytes()
