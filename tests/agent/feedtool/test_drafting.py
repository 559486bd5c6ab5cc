"""What one person gathers: every sort of thing, and what each becomes."""

import json
import re

import pytest
from PIL import Image

ENTRY = re.compile(r"^([a-z0-9]+-[0-9a-f]{16})  (.+)$", re.MULTILINE)
SHA = "ab" * 32


def entries(out):
    return [(entry.split("-")[0], source) for entry, source in ENTRY.findall(out)]


def drafted(house):
    return json.loads(house.call("draft", "--json").stdout)


def test_things_become_entries_of_their_kinds(house):
    out = house.run(
        *("add", "host:a.example", "http://b.example/", "http://c.example/x?id=1", f"sha256:{SHA}"),
        *("sha1:" + "ab" * 20, "ab" * 16, f"image:{SHA}:90", "magnet:?xt=urn:btih:" + "ab" * 20),
    )
    assert [kind for kind, _ in entries(out)] == [
        *("host", "host", "address", "sha256", "sha1", "md5", "image", "torrent")
    ]
    assert drafted(house) == [{"list": "ncii", "person": "minji", "additions": 8, "removals": 0}]


def test_a_picture_is_listed_by_digest_and_by_looks(house, testmedia):
    out = house.run("add", testmedia / "listed.png", "--md5", "--sha1")
    assert [kind for kind, _ in entries(out)] == ["sha256", "sha1", "md5", "image"]
    assert [kind for kind, _ in entries(house.run("add", "--exact", testmedia / "listed.png"))] == [
        "sha256"
    ]


def test_a_featureless_picture_is_not_listed_by_its_looks_and_that_is_said(house, tmp_path):
    white = tmp_path / "white.png"
    Image.new("RGB", (400, 300), "white").save(white)
    done = house.call("add", white, who="minji")
    assert [kind for kind, _ in entries(done.stdout)] == ["sha256"]
    assert "too few features" in done.stderr
    said = house.refused("add", "--negative", white)
    assert said == (
        f"{white} cannot be listed by its looks: it has too few features to be told from other "
        "pictures."
    )


def test_a_negative_picture_is_its_looks_alone(house, testmedia):
    out = house.run("add", "--negative", testmedia / "listed.png", f"image:{SHA}:80")
    assert [kind for kind, _ in entries(out)] == ["image", "image"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.jpg"], "nothing.jpg is neither a file nor an http(s) address, a digest or"),
        ([SHA], "may be a digest, a torrent or a picture"),
        (["sha256:ab"], "ab is not a sha256 hash of 64 hex digits."),
        (["host:*.a.example"], "covers subdomains only"),
        (["--kind", "video", "x"], "--kind is video; it must be one of host, address, sha256,"),
        (["--expires", "soon", "host:a.example"], "--expires is soon; write a date like 2027-"),
        (["--allow", "--negative", "host:a.example"], "--allow and --negative exclude each other."),
        (["--allow", f"image:{SHA}:90"], "--allow is for hosts, addresses, files and torrents; "),
        (["--negative", "host:a.example"], "--negative is for pictures; host:a.example is none."),
        (["--params", "b", "http://a.example/x?b=1"], "The list ncii does not keep the parameters"),
        (["--params", "id,no", "http://a.example/x?id=1"], "lacks one of the parameters id,no."),
        (["--list", "other", "host:a.example"], "other"),
        (["http://a.example/", ""], "An argument is empty."),
        (["."], ". is a folder; --recursive takes every file in it."),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_leaves_the_draft(house, arguments, sentence):
    assert sentence in house.refused("add", *arguments)
    assert drafted(house) == []


def test_one_bad_thing_leaves_the_good_ones_out_as_well(house):
    house.refused("add", "host:a.example", "host:nothing")
    assert drafted(house) == []


def test_who_acts_must_be_said_and_known(house):
    assert house.refused("add", "host:a.example", who="").startswith("Say who you are: --as NAME")
    assert "dora" in house.refused("add", "host:a.example", who="dora")


def test_parameters_that_the_list_keeps_name_an_item(house):
    url = "http://a.example/view?no=2&page=7&id=1"
    house.run("add", "--params", "no,id", url)
    house.run("propose", "-m", "x")
    lines = json.loads(house.call("review", "1", "--json").stdout)["changes"]
    assert [line["item"]["subject"] for line in lines] == ["a.example/view?id=1&no=2"]


def test_options_reach_the_entries(house):
    house.run(
        *("add", "host:a.example", "--allow", "--expires", "2099-12-31", "--note", "ticket 7")
    )
    house.run("add", f"image:{SHA}:90", "--tight", "4", "--wide", "9")
    house.run("propose", "-m", "x")
    lines = json.loads(house.call("review", "1", "--json").stdout)["changes"]
    host, image = (line["item"] for line in lines)
    assert (host["effect"], host["expires"], host["note"]) == ("allow", "2099-12-31", "ticket 7")
    assert (image["tight"], image["wide"], image["quality"]) == (4, 9, 90)


def test_a_folder_stands_for_its_files(house, tmp_path):
    folder = tmp_path / "files"
    (folder / "b").mkdir(parents=True)
    for name in ("b/two.bin", "one.bin"):
        (folder / name).write_bytes(name.encode())
    out = house.run("add", "-r", folder)
    assert [source for _, source in entries(out)] == [
        str(folder / "b/two.bin"),
        str(folder / "one.bin"),
    ]


def test_removing_by_name_by_id_and_by_file(feed, tmp_path):
    file = tmp_path / "x.bin"
    file.write_bytes(b"x" * 99)
    host = ENTRY.findall(feed.run("add", "host:evil.example"))[0][0]
    feed.run("draft", "--discard")
    feed.run("add", file)
    feed.decide()
    out = feed.run("remove", host, "http://bad.example/view?id=3&page=2", file)
    assert [line.split("-")[0] for line in out.split()] == ["host", "address", "sha256"]
    feed.decide()
    status = json.loads(feed.call("status", "--json").stdout)
    assert sum(status["lists"][0]["entries"].values()) == 0


def test_what_is_not_on_the_list_cannot_be_removed(feed):
    said = feed.refused("remove", "host:other.example")
    assert said == "host:other.example is not on the list ncii."
    assert "host-0123456789abcdef" in feed.refused("remove", "host-0123456789abcdef")


def test_confirming_keeps_an_entry(feed):
    entry = ENTRY.findall(feed.run("add", "host:evil.example"))[0][0]
    feed.run("draft", "--discard")
    feed.run("confirm", entry)
    assert drafted(feed)[0]["additions"] == 1
    assert feed.refused("confirm", "host-0123456789abcdef")


def test_a_draft_can_be_thrown_away(house):
    house.run("add", "host:a.example")
    assert "minji for ncii: 1 to add" in house.run("draft")
    house.run("draft", "--discard")
    assert house.run("draft") == ""
    assert house.refused("draft", "--discard")
