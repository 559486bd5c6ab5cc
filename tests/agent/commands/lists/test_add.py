"""The first trust: a root file or its fingerprint, shown and asked about."""

import json
import shutil

import pytest

from garim_agent.commands.lists import add


def fingerprint(feed):
    return feed.run("root", feed.published).strip()


def test_what_will_be_trusted_is_shown_and_asked(call, feed):
    arguments = ("add", feed.published, "--root", feed.root, "--name", "national")
    done = call(*arguments, text="n\n")
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert lines[0] == f"Feed national: {feed.published}"
    assert lines[1] == f"Root fingerprint: {fingerprint(feed)}"
    assert lines[2].startswith("2 of its 3 keys must sign; valid until ")
    assert lines[3].startswith("Trust this feed? [y/N]")
    assert json.loads(call("status", "--json").stdout)["feeds"] == []
    done = call(*arguments, text="y\n")
    assert done.exit_code == 0
    assert "national: ncii 1;" in done.stdout
    assert "New lists are in force." in done.stderr


def test_a_fingerprint_is_enough(run, feed):
    out = run("add", feed.published, "--fingerprint", fingerprint(feed), "--name", "a", "--yes")
    assert "a: ncii 1;" in out


@pytest.mark.parametrize("with_root", [True, False])
def test_another_fingerprint_is_refused(refused, feed, with_root):
    root = ["--root", feed.root] if with_root else []
    assert "fingerprint" in refused("add", feed.published, *root, "--fingerprint", "ab" * 32)


def test_both_may_be_given(run, feed):
    arguments = ("--root", feed.root, "--fingerprint", fingerprint(feed).upper(), "--yes")
    run("add", feed.published, *arguments)


def test_nothing_is_believed_because_a_server_says_it(refused, feed):
    assert refused("add", feed.published, "--yes").startswith("Say whom to trust: --root FILE or")


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        ("name", ["--name", "National"]),
        ("accept", ["--accept", "everything"]),
        ("root", ["--root", "no.json"]),
        ("not a root", ["--root", __file__]),
    ],
)
def test_what_cannot_be_is_one_sentence(call, feed, change, arguments):
    root = [] if "--root" in arguments else ["--root", str(feed.root)]
    done = call("add", feed.published, *root, *arguments, "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("garim: ")


def test_an_address_without_tls_is_refused(call, feed):
    done = call("add", "http://lists.example/", "--root", feed.root, "--yes")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith("garim: ")


def test_a_name_is_taken_once(call, followed):
    done = call("add", followed.published, "--root", followed.root, "--name", "national", "--yes")
    assert done.exit_code == 2


def test_one_that_cannot_be_fetched_is_followed_and_says_so(call, feed, tmp_path):
    root = tmp_path / "root.json"
    shutil.copy(feed.root, root)
    shutil.rmtree(feed.published / "metadata")
    done = call("add", feed.published, "--root", root, "--name", "later", "--yes")
    assert done.exit_code == 2
    assert "later: " in done.stderr
    assert done.stderr.endswith("later is followed all the same, and asked again later.\n")
    assert call("status").stdout.startswith("later: ")


def test_a_schools_policy_is_taken_where_that_is_said(run, call, feed, tmp_path, garim_home):
    policy = tmp_path / "policy.toml"
    policy.write_text("profile = 'school'\n")
    feed.run("policy", "set", policy)
    feed.sign_and_publish()
    arguments = ("add", feed.published, "--root", feed.root, "--yes")
    run(*arguments, "--name", "plain")
    assert not list(garim_home.rglob("policy.toml"))
    done = call(*arguments, "--name", "school", "--accept", "policy")
    assert done.exit_code == 0
    assert "It may also set: policy." in done.stderr
    assert [path.read_text() for path in garim_home.rglob("accepted/policy.toml")] == [
        "profile = 'school'\n"
    ]
    done = call(*arguments, "--name", "third", "--accept", "policy,models")
    assert "The feed school sets the policy already; only one can." in done.stderr


@pytest.mark.parametrize(
    ("feed", "name"),
    [
        ("https://lists.example.kr/feed/", "lists-example-kr"),
        ("https://LISTS.Example:8443", "lists-example"),
        ("/media/stick/School Lists", "school-lists"),
        ("https://" + "a" * 60 + ".example", "a" * 32),
        ("/", "feed"),
    ],
)
def test_a_feed_without_a_name_is_called_by_where_it_is(feed, name):
    assert add.default_name(feed) == name
