"""What all lists together answer: specificity, several lists and feeds, pictures, memory."""

import gc
import subprocess
import sys
import weakref
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed.lookup.made import (
    ALLOW,
    MD5,
    NEGATIVE,
    OVER,
    PDQ,
    SHA1,
    SHA256,
    TERM,
    TODAY,
    TORRENT,
    Publisher,
    flipped,
    identity,
    opened,
)  # fmt: skip

from garim_feed.errors import FeedError
from garim_feed.keys import key64
from garim_feed.kinds import Effect, Kind, Term
from garim_feed.lookup import generation as module
from garim_feed.lookup import generations
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.match import Keeper, Match

FRAMES = ((flipped(PDQ, 100), 90, 1000), (flipped(PDQ, 120), 90, 2000))


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "lists"


def entries(matches):
    return [match.entry for match in matches]


def test_a_match_says_what_was_found(one, root):
    one.add((Kind.HOST, "bad.test"), (Kind.ADDRESS, "site.test/p"), (Kind.SHA256, SHA256),
            (Kind.TORRENT, TORRENT), (Kind.IMAGE, PDQ), (Kind.VIDEO, FRAMES))  # fmt: skip
    index = opened(root, one)
    common = ("one", "1", "ncii")

    def match(kind, subject, word, *facts, time=0):
        return (
            Match("one", identity(kind, subject), *common[1:], word, *facts, feed="school",
                  added="2026-09-04", time=time),
        )  # fmt: skip

    assert index.host("www.bad.test") == match(Kind.HOST, "bad.test", "host")
    assert index.address("http://site.test/p?q") == match(Kind.ADDRESS, "site.test/p", "address")
    assert index.digest(SHA256) == match(Kind.SHA256, SHA256, "digest")
    assert index.torrent(TORRENT[1:]) == match(Kind.TORRENT, TORRENT, "torrent")
    assert index.image([flipped(PDQ, 3)], 88) == match(Kind.IMAGE, PDQ, "image", 3, 88, True)
    video = match(Kind.VIDEO, FRAMES, "video", 17, 88, False, time=2000)
    assert index.image([flipped(FRAMES[1][0], 17)], 88) == video
    assert index.keeper(video[0]) == Keeper(
        "Police", "https://police.test/", "mailto:appeal@police.test"
    )
    assert index.keeper(Match("other", "", "", "", "")) is None


@pytest.mark.parametrize(
    ("host", "hit"),
    [
        ("bad.test", True), ("BAD.test.", True), ("cdn.x.bad.test", True), ("notbad.test", False),
        ("bad.test.example", False), ("test", False), ("", False), ("bad.tes", False),
        ("good.bad.test", False), ("x.good.bad.test", False), ("worse.good.bad.test", True),
        ("over.good.bad.test", False), ("xn--6q8b.test", True), ("한.test", True),
        ("10.1.2.3", True), ("167838211", True), ("4.10.1.2", False),
    ],
)  # fmt: skip
def test_hosts(one, root, host, hit):
    one.add((Kind.HOST, "bad.test"), (Kind.HOST, "good.bad.test", ALLOW),
            (Kind.HOST, "worse.good.bad.test"), (Kind.HOST, "over.good.bad.test", OVER),
            (Kind.HOST, "xn--6q8b.test", TERM), (Kind.HOST, "10.1.2.3"))  # fmt: skip
    index = opened(root, one)
    assert bool(index.host(host)) is hit


# What one list holds -> what a look-up of one address must find: the entry's subject, or nothing.
SPECIFIC = [
    ([(Kind.ADDRESS, "s.test/a")], "s.test/a"),
    ([(Kind.ADDRESS, "s.test/a"), (Kind.HOST, "s.test", ALLOW)], "s.test/a"),
    ([(Kind.HOST, "s.test"), (Kind.ADDRESS, "s.test/a", ALLOW)], None),
    ([(Kind.HOST, "s.test"), (Kind.ADDRESS, "s.test/b", ALLOW)], "s.test"),
    ([(Kind.ADDRESS, "s.test/"), (Kind.ADDRESS, "s.test/a", ALLOW)], None),
    ([(Kind.ADDRESS, "s.test/", ALLOW), (Kind.ADDRESS, "s.test/a")], "s.test/a"),
    ([(Kind.ADDRESS, "s.test/a?id=7"), (Kind.ADDRESS, "s.test/a", ALLOW)], "s.test/a?id=7"),
    ([(Kind.ADDRESS, "s.test/a?id=7", ALLOW), (Kind.ADDRESS, "s.test/a")], None),
    ([(Kind.ADDRESS, "s.test/a?id=7&x=1", ALLOW), (Kind.ADDRESS, "s.test/a?id=7")], None),
    ([(Kind.ADDRESS, "s.test/a?id=8")], None),
    ([(Kind.ADDRESS, "s.test/a", OVER), (Kind.ADDRESS, "s.test/")], "s.test/"),
    ([(Kind.ADDRESS, "s.test/a", OVER), (Kind.HOST, "s.test", ALLOW)], None),
    ([(Kind.ADDRESS, "s.test/a"), (Kind.HOST, "m.s.test", ALLOW)], None),
    ([(Kind.HOST, "s.test", ALLOW), (Kind.HOST, "m.s.test")], "m.s.test"),
    ([(Kind.ADDRESS, "m.s.test/", ALLOW), (Kind.HOST, "s.test")], None),
    ([(Kind.ADDRESS, "m.s.test/"), (Kind.HOST, "m.s.test", ALLOW)], "m.s.test/"),
    ([(Kind.ADDRESS, "other.test/a")], None),
]


@pytest.mark.parametrize(("listed", "found"), SPECIFIC)
def test_the_most_specific_expression_decides(one, root, listed, found):
    one.parameters = (("id",),)
    one.add(*listed)
    kinds = {subject: kind for kind, subject, *_ in listed}
    wanted = [identity(kinds[found], found)] if found else []
    assert entries(opened(root, one).address("https://m.s.test/a?id=7&x=1")) == wanted


def test_stronger_digests_decide_before_weaker_ones(one, root):
    one.add((Kind.SHA256, SHA256, ALLOW), (Kind.SHA1, SHA1), (Kind.MD5, MD5, ALLOW))
    index = opened(root, one)
    assert index.digests == {"sha256", "sha1", "md5"}
    assert index.digest(SHA256, SHA1, MD5) == ()
    assert entries(index.digest(bytes(32), SHA1, MD5)) == [identity(Kind.SHA1, SHA1)]
    assert index.digest(bytes(32), b"", MD5) == ()
    assert index.digest(b"short", b"", b"") == ()


def test_torrents_of_both_versions(one, root):
    second = b"2" + b"e" * 32
    one.add((Kind.TORRENT, TORRENT), (Kind.TORRENT, second))
    index = opened(root, one)
    assert entries(index.torrent(b"e" * 32)) == [identity(Kind.TORRENT, second)]
    assert index.torrent(b"e" * 20) == ()
    assert index.torrent(b"d") == ()


def test_lists_do_not_outvote_each_other(tmp_path, root):
    """Two lists with one salt, and the same list by two feeds: each is a match of its own."""
    folder = tmp_path / "segments"
    block = Publisher(folder, "block").add((Kind.HOST, "bad.test"), (Kind.ADDRESS, "s.test/a"))
    allow = Publisher(folder, "allow").add(
        (Kind.HOST, "bad.test", ALLOW), (Kind.ADDRESS, "s.test/a", ALLOW)
    )
    again = Publisher(folder, "block", feed="nation", salt=b"x" * 16).add((Kind.HOST, "bad.test"))
    index = opened(root, block, allow, again)
    found = [(match.feed, match.list) for match in index.host("bad.test")]
    assert sorted(found) == [("nation", "block"), ("school", "block")]
    assert [match.list for match in index.address("https://s.test/a")] == ["block"]
    assert sorted(match.feed for match in index.address("https://bad.test/x")) == [
        "nation",
        "school",
    ]


def test_one_salt_is_hashed_once(tmp_path, root, monkeypatch):
    folder = tmp_path / "segments"
    lists = [Publisher(folder, name).add((Kind.HOST, "bad.test")) for name in ("a", "b", "c")]
    index = opened(root, *lists)
    asked = []
    monkeypatch.setattr(
        "garim_feed.lookup.list_index.key64",
        lambda kind, subject, salt: asked.append((kind, subject)) or key64(kind, subject, salt),
    )
    assert len(index.host("bad.test")) == 3
    assert asked == [(Kind.HOST, b"bad.test")]
    assert len(index.host("bad.test")) == 3
    assert len(asked) == 1


def test_hosts_without_addresses_cost_no_hash(one, root, monkeypatch):
    one.add((Kind.ADDRESS, "site.test/p"))
    index = opened(root, one)
    assert index.address("https://plain.test/") == ()
    monkeypatch.setattr("garim_feed.lookup.list_index.key64", None)
    assert index.address("https://plain.test/another?page=1") == ()
    with pytest.raises(TypeError):
        index.address("https://site.test/p")


def test_entries_expire_while_it_runs(one, root):
    one.add((Kind.HOST, "bad.test", Term(20_000, TODAY + 1)), (Kind.SHA256, SHA256, OVER))
    opened(root, one)
    today = [TODAY]
    index = Generation(generations.generation_path(root, generations.current(root)),
                       lambda: today[0])  # fmt: skip
    assert index.digest(SHA256) == ()
    assert index.host("bad.test")
    today[0] += 1
    assert index.host("bad.test") == ()
    assert index.address("https://bad.test/") == ()


def test_the_memory_of_hosts_is_bounded(one, root, monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED_HOSTS", 8)
    one.add((Kind.HOST, "bad.test"))
    index = opened(root, one)
    for number in range(50):
        assert index.host(f"h{number}.bad.test")
        assert len(index._hosts) <= 8


# --- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "quality", "wanted"),
    [
        (0, 100, (0, True)), (16, 80, (16, True)), (16, 79, (16, False)), (17, 100, (17, False)),
        (31, 50, (31, False)), (32, 100, None), (0, 50, (0, False)), (0, 49, None), (0, 0, None),
    ],
)  # fmt: skip
def test_bounds(one, root, bits, quality, wanted):
    index = opened(root, one.add((Kind.IMAGE, PDQ)))
    found = index.image([flipped(PDQ, bits)], quality)
    assert [(match.distance, match.tight) for match in found] == ([wanted] if wanted else [])


def test_nearest_first_over_forms_lists_and_kinds(tmp_path, root):
    folder = tmp_path / "segments"
    one = Publisher(folder, "one").add((Kind.IMAGE, PDQ), (Kind.IMAGE, flipped(PDQ, 8)))
    two = Publisher(folder, "two").add((Kind.VIDEO, ((flipped(PDQ, 12), 90, 5),)))
    found = opened(root, one, two).image([flipped(PDQ, 200), flipped(PDQ, 9)], 100)
    assert [(match.kind, match.distance) for match in found] == [
        ("image", 1), ("video", 3), ("image", 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bits", "bounds", "silent"),
    [(0, (16, 31), True), (16, (16, 31), True), (17, (16, 31), False), (5, (4, 31), False)],
)
def test_an_innocent_look_alike_silences_its_feed(tmp_path, root, bits, bounds, silent):
    """Pictures and videos of every list of the feed, of no other feed."""
    folder = tmp_path / "segments"
    lists = [
        Publisher(folder, "pictures").add((Kind.IMAGE, PDQ)),
        Publisher(folder, "videos").add((Kind.VIDEO, ((PDQ, 90, 0),))),
        Publisher(folder, "innocent").add((Kind.IMAGE, flipped(PDQ, bits), NEGATIVE, 90, bounds)),
        Publisher(folder, "pictures", feed="nation").add((Kind.IMAGE, PDQ)),
    ]
    found = {(match.feed, match.list) for match in opened(root, *lists).image([PDQ], 100)}
    heard = set() if silent else {("school", "pictures"), ("school", "videos")}
    assert found == {("nation", "pictures")} | heard


def test_an_expired_look_alike_is_not_there(one, root):
    one.add((Kind.IMAGE, PDQ), (Kind.IMAGE, flipped(PDQ, 1), Term(1, TODAY, Effect.NEGATIVE)))
    assert len(opened(root, one).image([PDQ], 100)) == 1


@pytest.mark.parametrize("form", [b"", PDQ[:31], PDQ + b"x"])
@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.HOST])
def test_what_is_no_hash(one, root, form, kind):
    index = opened(root, one.add((kind, PDQ if kind is Kind.IMAGE else "bad.test")))
    with pytest.raises(ValueError, match="32 bytes"):
        index.image([form], 100)


def test_no_forms_and_no_pictures(one, root):
    index = opened(root, one.add((Kind.HOST, "bad.test")))
    assert index.image([PDQ], 100) == ()
    assert index.image([], 100) == ()


# --- the whole -----------------------------------------------------------------------------------


def test_version_changes_with_anything_in_it(tmp_path):
    variants = [
        {}, {"name": "two"}, {"feed": "nation"}, {"category": "adult"}, {"parameters": (("id",),)},
    ]  # fmt: skip
    versions = set()
    for number, facts in enumerate(variants):
        one = Publisher(tmp_path / "segments", **facts).add((Kind.HOST, "bad.test"))
        versions.add(opened(tmp_path / str(number), one).version)
        again = opened(tmp_path / f"again-{number}", one)
        assert again.version in versions
    one.add((Kind.HOST, "worse.test"))
    versions.add(opened(tmp_path / "more", one).version)
    planned = one.planned(revoked=["host-0000000000000001"])
    versions.add(opened(tmp_path / "less", planned).version)
    assert len(versions) == len(variants) + 2


def test_version_changes_when_an_entry_ends(one, root):
    ends = [TODAY + 1, TODAY + 3]
    for number, day in enumerate(ends):
        one.add((Kind.HOST, f"bad{number}.test", Term(TODAY, day)))
    one.add((Kind.HOST, "worse.test"))
    clock = [TODAY]
    folder = generations.generation_path(root, opened(root, one).name)
    index = Generation(folder, lambda: clock[0])
    seen = []
    for day in range(TODAY, TODAY + 5):
        clock[0] = day
        seen.append(index.version)
        assert bool(index.host("bad0.test")) is (day < ends[0])
    assert [seen.index(version) for version in seen] == [0, 1, 1, 3, 3]


def test_nothing_holds_a_generation_that_is_let_go(one, root):
    index = opened(root, one.add((Kind.HOST, "bad.test"), (Kind.IMAGE, PDQ)))
    assert index.host("bad.test")
    assert index.address("https://bad.test/")
    assert index.image([PDQ], 90)
    gc.collect()
    gc.disable()
    try:
        held = weakref.ref(index)
        del index
        assert held() is None
    finally:
        gc.enable()


def damaged(root, one):
    opened(root, one)
    return generations.generation_path(root, generations.current(root))


@pytest.mark.parametrize("name", ["generation.json", "l0-base.idx"])
def test_a_missing_file(one, root, name):
    folder = damaged(root, one.add((Kind.HOST, "bad.test")))
    (folder / name).unlink()
    with pytest.raises(FeedError):
        Generation(folder)


def test_a_part_of_another_list(tmp_path, root):
    folder = tmp_path / "segments"
    one = damaged(root, Publisher(folder).add((Kind.HOST, "bad.test")))
    two = damaged(tmp_path / "two", Publisher(folder, "two").add((Kind.HOST, "worse.test")))
    (two / "l0-base.idx").rename(one / "l0-base.idx")
    with pytest.raises(FeedError, match="another one"):
        Generation(one)


def test_exact_look_ups_need_no_numpy(one, root):
    one.add((Kind.HOST, "bad.test"), (Kind.ADDRESS, "s.test/a"), (Kind.SHA256, SHA256),
            (Kind.TORRENT, TORRENT), (Kind.IMAGE, PDQ))  # fmt: skip
    opened(root, one, builtin=True)
    code = f"""
import sys
from pathlib import Path
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.live import LiveIndex
root = Path({str(root)!r})
index = LiveIndex(root, builtin())
assert builtin().host("blocked.garim.test")
assert index.host("bad.test") and index.address("https://s.test/a")
assert index.digest({SHA256!r}) and index.torrent({TORRENT[1:]!r})
assert index.keeper(index.host("bad.test")[0]) and index.version and index.digests
(root / "current").touch()
assert not index.refresh() and index.generation
heavy = {{"numpy", "PIL", "onnxruntime", "tuf", "urllib3", "zstandard"}} & sys.modules.keys()
sys.exit(str(heavy) if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


EVERYTHING = [
    (Kind.HOST, "bad.test"), (Kind.ADDRESS, "s.test/a"), (Kind.SHA256, SHA256), (Kind.IMAGE, PDQ),
    (Kind.TORRENT, TORRENT), (Kind.HOST, "good.bad.test", ALLOW), (Kind.VIDEO, FRAMES),
    (Kind.IMAGE, flipped(PDQ, 60), NEGATIVE),
]  # fmt: skip


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """A generation with base and tail: its folder."""
    folder = tmp_path_factory.mktemp("rot")
    one = Publisher(folder / "segments").add(*EVERYTHING)
    opened(folder, one)
    made = opened(folder, one.add((Kind.HOST, "new.test"), removed=[(Kind.HOST, "bad.test")]))
    return generations.generation_path(folder, made.name)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_bytes_rot(everything, data):
    """Refused, found wrong or found right: never another error, never a crash."""
    path = everything / data.draw(
        st.sampled_from(["l0-base.idx", "l0-tail.idx", "generation.json"])
    )
    sound = path.read_bytes()
    raw = bytearray(sound)
    if data.draw(st.booleans()):
        del raw[data.draw(st.integers(0, len(raw) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        path.unlink()
        path.write_bytes(raw)
        with suppress(FeedError):
            index = Generation(everything, lambda: TODAY)
            for host in ("bad.test", "good.bad.test", "new.test", "s.test"):
                index.host(host)
            index.address("https://www.s.test/a/b?c")
            index.digest(SHA256)
            index.torrent(TORRENT[1:])
            index.image([PDQ, FRAMES[0][0]], 100)
    finally:
        path.unlink()
        path.write_bytes(sound)
