import errno
import shutil
from types import SimpleNamespace

import pytest
from tests.feed.sync.simulator import FeedSimulator, Server, sha256
from tuf.api.exceptions import DownloadError, LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import TargetFile

from garim_feed.sync import contents as module
from garim_feed.sync.contents import Contents, digest_of, remote_path, segment_place
from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.layout import feed_folder

DATA = bytes(range(256)) * 100
CAP = 1 << 20


@pytest.fixture
def server():
    return Server(FeedSimulator("kmcc"))


@pytest.fixture
def folder(tmp_path):
    return feed_folder(tmp_path, "national")


@pytest.fixture
def told():
    return []


@pytest.fixture
def contents(server, folder, told):
    return Contents(folder, Fetcher(server), lambda come, wanted: told.append((come, wanted)))


def target(server, data=DATA, path="lists/kmcc/first-0.seg"):
    """Put a file on the server, and return what is signed of it."""
    info = TargetFile.from_data(path, data, ["sha256", "sha512"])
    server.feed.files[remote_path(info)] = data
    return info


def test_where_a_file_is(server):
    info = target(server)
    assert remote_path(info) == f"targets/lists/kmcc/{sha256(DATA)}.first-0.seg"
    assert remote_path(TargetFile.from_data("feed.json", b"", ["sha256"])) == (
        f"targets/{sha256(b'')}.feed.json"
    )


@pytest.mark.parametrize("hashes", [{"md5": "0" * 32}, {"sha256": "0" * 63}, {"sha256": "G" * 64},
                                    {"sha256": "../" + "0" * 61}])  # fmt: skip
def test_a_file_needs_a_sha256_for_a_name(hashes):
    with pytest.raises(RepositoryError):
        digest_of(TargetFile(1, hashes, "x"))


def test_a_large_file_is_fetched_once(server, contents, folder, told):
    info = target(server)
    contents.want([info])
    assert contents.large(info, CAP) == sha256(DATA)
    assert segment_place(folder, sha256(DATA)).read_bytes() == DATA
    assert contents.large(info, CAP) == sha256(DATA)
    assert len(server.took()) == 1
    assert told[0] == (0, len(DATA))
    assert told[-1] == (len(DATA), len(DATA))


def test_after_a_restart_nothing_is_fetched_again(server, contents, folder):
    info, document = target(server), target(server, b"{}", "feed.json")
    contents.large(info, CAP)
    contents.document(document, CAP)
    server.took()
    again = Contents(folder, Fetcher(server))
    again.want([info])
    again.large(info, CAP)
    assert again.document(document, CAP) == b"{}"
    assert server.took() == []


def test_what_was_cut_off_is_continued_after_a_restart(server, contents, folder):
    info = target(server)
    part = segment_place(folder, sha256(DATA)).with_suffix(".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(DATA[:10_000])
    contents.large(info, CAP)
    assert server.headers == [{"Range": "bytes=10000-"}]
    assert segment_place(folder, sha256(DATA)).read_bytes() == DATA
    assert not part.exists()


def test_a_beginning_of_something_else_is_thrown_away(server, contents, folder):
    info = target(server)
    part = segment_place(folder, sha256(DATA)).with_suffix(".part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else")
    with pytest.raises(LengthOrHashMismatchError):
        contents.large(info, CAP)
    assert not part.exists()
    assert contents.large(info, CAP) == sha256(DATA)


def test_a_large_file_of_another_length_is_not_the_one(server, contents, folder):
    info = target(server)
    place = segment_place(folder, sha256(DATA))
    place.parent.mkdir(parents=True)
    place.write_bytes(DATA[:-1])
    contents.large(info, CAP)
    assert place.read_bytes() == DATA


def test_a_document_is_checked_each_time(server, contents, folder):
    info = target(server, b'{"a":1}', "feed.json")
    assert contents.document(info, CAP) == b'{"a":1}'
    (folder.documents / f"{sha256(b'{"a":1}')}.json").write_bytes(b'{"a":2}')
    assert contents.document(info, CAP) == b'{"a":1}'
    assert len(server.took()) == 2


def test_what_is_not_what_was_signed_never_takes_a_place(server, contents, folder):
    info = target(server)
    server.feed.files[remote_path(info)] = DATA[::-1]
    for get in (contents.large, contents.document):
        with pytest.raises(LengthOrHashMismatchError):
            get(info, CAP)
    assert [*folder.segments.iterdir(), *folder.documents.iterdir()] == []


def test_a_second_digest_counts_too(server, contents):
    info = target(server)
    info.hashes["sha512"] = "0" * 128
    with pytest.raises(LengthOrHashMismatchError):
        contents.large(info, CAP)


def test_too_large_is_not_asked_for(server, contents):
    info = target(server)
    for get in (contents.large, contents.document):
        with pytest.raises(RepositoryError, match="at most"):
            get(info, len(DATA) - 1)
    assert server.asked == []


def test_a_look_has_a_limit(server, contents, monkeypatch):
    monkeypatch.setattr(module, "MAX_LOOK_BYTES", len(DATA) + 10)
    contents.large(target(server), CAP)
    with pytest.raises(DownloadError, match="at once"):
        contents.large(target(server, bytes(11)), CAP)
    contents.large(target(server, bytes(10)), CAP)


def test_a_disk_without_room_is_not_filled(server, contents, monkeypatch):
    usage = SimpleNamespace(free=module.ROOM)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(OSError, match="No space") as raised:
        contents.large(target(server), CAP)
    assert raised.value.errno == errno.ENOSPC
    assert server.asked == []


def test_what_is_not_there_is_said(server, contents):
    info = target(server)
    server.feed.files.clear()
    with pytest.raises(DownloadError):
        contents.large(info, CAP)


def test_what_nobody_asked_for_goes(server, contents, folder):
    kept = target(server, b"{}", "feed.json")
    contents.document(kept, CAP)
    contents.large(target(server), CAP)
    (folder.documents / "old.json").write_bytes(b"old")
    (folder.segments / "old.part").write_bytes(b"old")
    contents.sweep()
    assert [place.name for place in folder.documents.iterdir()] == [f"{sha256(b'{}')}.json"]
    assert [place.name for place in folder.segments.iterdir()] == [f"{sha256(DATA)}.seg"]


def test_files_without_a_digest_are_not_counted_on(contents, told):
    contents.want([TargetFile(5, {"md5": "0" * 32}, "x")])
    assert told == [(0, 5)]
