import hashlib
import json
from pathlib import Path

import pytest

from garim_feed import index
from garim_feed.address import digest
from garim_feed.entry import read_list
from garim_feed.index import Match, MemoryIndex, builtin

SALTS = ("00" * 16, "11" * 16)
BODY = hashlib.sha256(b"a file").digest()
PDQ = bytes(range(32))


def made(name="one", salt=SALTS[0], version="3", category="ncii"):
    key = bytes.fromhex(salt)
    common = {"category": category, "authority": "A", "added": "2026-01-01"}
    entries = [
        {"id": "file", "kind": "digest", "sha256": BODY.hex()},
        {"id": "picture", "kind": "image", "pdq": PDQ.hex(), "quality": 95},
        {"id": "host", "kind": "host", "digest": digest("bad.test", key).hex()},
        {"id": "page", "kind": "address", "digest": digest("site.test/p?q=1", key).hex()},
    ]
    content = {"format": 1, "name": name, "version": version, "salt": salt}
    return read_list(
        json.dumps({**content, "entries": [{**common, **e} for e in entries]}).encode()
    )


@pytest.fixture
def one():
    return MemoryIndex([made()])


def test_a_match_says_what_was_found(one):
    assert one.digest(BODY) == (Match("one", "file", "3", "ncii", "digest", 0, 100, True),)
    assert one.image([PDQ], 88) == (Match("one", "picture", "3", "ncii", "image", 0, 88, True),)
    assert one.host("bad.test") == (Match("one", "host", "3", "ncii", "host", 0, 100, True),)
    assert one.address("https://site.test/p?q=1") == (
        Match("one", "page", "3", "ncii", "address", 0, 100, True),
    )


@pytest.mark.parametrize(
    ("host", "hit"),
    [
        ("bad.test", True), ("BAD.test.", True), ("cdn.x.bad.test", True), ("notbad.test", False),
        ("bad.test.example", False), ("test", False), ("", False), ("bad.tes", False),
    ],
)  # fmt: skip
def test_hosts_match_with_their_subdomains(one, host, hit):
    assert bool(one.host(host)) is hit


@pytest.mark.parametrize(
    ("url", "hit"),
    [
        ("http://site.test/p?q=1", True), ("https://SITE.test:443/p?q=1#top", True),
        ("https://site.test/%70?q=1", True), ("https://site.test/p", False),
        ("https://site.test/p?q=2", False), ("https://site.test:8443/p?q=1", False),
        ("https://x.site.test/p?q=1", False), ("nonsense", False), ("", False),
    ],
)  # fmt: skip
def test_addresses_match_exactly(one, url, hit):
    assert bool(one.address(url)) is hit


def test_an_unlisted_file(one):
    assert one.digest(bytes(32)) == ()
    assert one.digest(b"") == ()


def test_kinds_do_not_mix(one):
    """A digest of one kind says nothing when it is looked up as another."""
    assert one.host("site.test/p?q=1") == ()
    assert one.address("https://bad.test/") == ()


def test_several_lists_with_salts_of_their_own():
    both = MemoryIndex([made(), made("two", SALTS[1], "9", "adult")])
    for found in (
        both.digest(BODY),
        both.image([PDQ], 90),
        both.host("www.bad.test"),
        both.address("http://site.test/p?q=1"),
    ):
        assert sorted((m.list, m.version, m.category) for m in found) == [
            ("one", "3", "ncii"),
            ("two", "9", "adult"),
        ]


def test_version_changes_with_anything_in_it():
    variants = [
        [made()], [made(version="4")], [made(category="adult")], [made(salt=SALTS[1])],
        [made("two")], [made(), made("two")], [],
    ]  # fmt: skip
    versions = {MemoryIndex(lists).version for lists in variants}
    assert len(versions) == len(variants)
    assert MemoryIndex([made()]).version == MemoryIndex([made()]).version


# --- the shipped list ----------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
MEDIA = ROOT / "models" / "garim_models" / "testmedia"


@pytest.mark.parametrize(
    ("name", "entry"), [("listed.png", "test-picture-png"), ("listed.jpg", "test-picture-jpg")]
)
def test_the_test_pictures_digest_is_listed(name, entry):
    (match,) = builtin().digest(hashlib.sha256((MEDIA / name).read_bytes()).digest())
    assert (match.list, match.entry, match.category, match.kind) == (
        "test",
        entry,
        "test",
        "digest",
    )


@pytest.mark.parametrize("name", ["listed.png", "listed.jpg"])
def test_the_test_picture_is_listed(name):
    from garim_addon.judge.pdq import dihedral, pdq
    from garim_addon.media.image import open_picture
    from garim_addon.media.limits import Limits

    luma = open_picture((MEDIA / name).read_bytes(), Limits()).samples[0].luma
    (match,) = builtin().image(dihedral(luma), pdq(luma).quality)
    assert match.entry == "test-picture"
    assert match.tight
    assert match.distance <= (0 if name.endswith("png") else 8)
    assert match.quality == 100


def test_the_test_host_and_address_are_listed():
    assert [m.entry for m in builtin().host("www.blocked.garim.test")] == ["test-host"]
    assert [m.entry for m in builtin().address("https://garim.test/blocked")] == ["test-address"]
    assert builtin().host("garim.test") == ()


def test_the_shipped_file_holds_no_plain_name():
    text = (Path(index.__file__).parent / "builtin" / "test.json").read_text("utf-8")
    assert "garim.test" not in text


def test_the_shipped_index_is_read_once():
    assert builtin() is builtin()
