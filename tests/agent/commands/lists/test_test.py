"""Is it listed, by which list, by which entry?"""

import json

import pytest

from garim_agent.commands.lists import test as command


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("evil.example", "host"),
        ("a.evil.example", "host"),
        ("https://evil.example/any?x", "host"),
        ("http://bad.example/view?id=3&page=2", "address"),
        ("bad.example/view?id=3&page=2", "address"),
        ("http://blocked.garim.test/", "host"),
    ],
)
def test_listed_addresses(run, followed, target, kind):
    found = json.loads(run("test", target, "--json", code=3))
    assert (found["target"], found["listed"]) == (target, True)
    assert found["matches"][0]["kind"] == kind
    assert found["matches"][0]["feed"] in {"national", "builtin"}


@pytest.mark.parametrize("target", ["good.example", "http://bad.example/view?id=4", "bad.example"])
def test_other_addresses(call, followed, target):
    done = call("test", target)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("No list names the ")
    assert done.stderr.endswith(f" {target}.\n")


@pytest.mark.parametrize("target", ["", "http://", "...", "no file"])
def test_what_is_nothing(refused, followed, target):
    assert "neither a file, an address nor a host" in refused("test", target)


def test_a_listed_picture_by_the_shipped_list(run, testmedia):
    out = run("test", testmedia / "listed.png", code=3)
    assert out.startswith("test version 1 (builtin, test): ")


def test_a_listed_file_and_one_that_is_not(run, call, followed, tmp_path):
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5000))
    assert call("test", file).exit_code == 0
    followed.release(file)
    run("sync")
    found = json.loads(run("test", file, "--json", code=3))
    assert [match["list"] for match in found["matches"]] == ["ncii"]


def test_a_file_that_is_too_large_to_open_is_looked_up_by_digest(
    run, followed, tmp_path, monkeypatch
):
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(40 << 20))
    followed.release(file)
    run("sync")

    async def never(*_):
        raise AssertionError

    monkeypatch.setattr(command, "_judge", never)
    run("test", file, code=3)
