"""Files become digests and hashes; what is parsed is parsed in real inspector processes."""

import hashlib

import pytest
from PIL import Image

from garim_agent.feedtool import hashing as module
from garim_agent.feedtool.hashing import Hasher, hashing
from garim_feed.kinds import Kind

EVERY = (Kind.SHA256, Kind.SHA1, Kind.MD5)


def bencoded(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    return b"d" + b"".join(bencoded(k) + bencoded(v) for k, v in sorted(value.items())) + b"e"


INFO = {b"length": 3, b"name": b"a", b"piece length": 16384, b"pieces": bytes(20)}


async def test_every_sort_of_file(tmp_path, testmedia):
    white, small, broken = (tmp_path / f"{name}.png" for name in ("white", "small", "broken"))
    Image.new("RGB", (400, 300), "white").save(white)
    Image.radial_gradient("L").resize((20, 20)).save(small)
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    torrent = tmp_path / "a.torrent"
    torrent.write_bytes(bencoded({b"announce": b"http://t.example/", b"info": INFO}))
    not_torrent = tmp_path / "b.torrent"
    not_torrent.write_bytes(b"d8:announce3:abc")
    text = tmp_path / "text"
    text.write_bytes(b"words")
    async with hashing(workers=1) as hasher:
        found = await hasher.hash(testmedia / "listed.png", EVERY)
        body = (testmedia / "listed.png").read_bytes()
        assert found.digests == {kind: hashlib.new(kind, body).hexdigest() for kind in EVERY}
        assert (len(found.pdq), found.quality, found.reason) == (64, 100, "")
        found = await hasher.hash(white)
        assert (found.pdq, found.reason, found.picture) == ("", module.FEATURELESS, True)
        assert list(found.digests) == [Kind.SHA256]
        found = await hasher.hash(small)
        assert (found.pdq, found.reason) == ("", "too-small")
        found = await hasher.hash(broken)
        assert found.picture
        assert found.reason
        found = await hasher.hash(torrent)
        info = bencoded(INFO)
        assert found.torrents == (
            f"1:{hashlib.sha1(info).hexdigest()}",
            f"2:{hashlib.sha256(info).hexdigest()}",
        )
        found = await hasher.hash(not_torrent)
        assert (found.torrents, found.picture, found.reason) == ((), False, "")
        found = await hasher.hash(text)
        assert (found.pdq, found.picture) == ("", False)


async def test_a_file_that_needs_no_inspector_starts_none(tmp_path):
    class Pool:
        async def start(self):
            raise AssertionError

    file = tmp_path / "clip.mp4"
    file.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(3 << 20))
    told = []
    found = await Hasher(Pool()).hash(file, progress=told.append)
    assert found.digests[Kind.SHA256] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert sum(told) == file.stat().st_size
    assert len(told) == 4


async def test_a_picture_over_the_cap_is_listed_by_digest_only(tmp_path, monkeypatch):
    class Pool:
        async def start(self):
            raise AssertionError

    monkeypatch.setattr(module, "LIMITS", module.Limits(min_bytes=0, max_bytes=1000))
    file = tmp_path / "large.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    found = await Hasher(Pool()).hash(file)
    assert (found.reason, found.picture, found.pdq) == (module.TOO_LARGE, True, "")


async def test_an_empty_file_has_a_digest(tmp_path):
    (tmp_path / "empty").touch()
    found = await Hasher(None).hash(tmp_path / "empty")
    assert found.digests == {Kind.SHA256: hashlib.sha256(b"").hexdigest()}


async def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        await Hasher(None).hash(tmp_path / "no")
