import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.errors import FeedError
from garim_feed.sync.source import FolderSource, SourceError, Trouble, checked_path


@pytest.mark.parametrize(
    "path",
    [
        "metadata/timestamp.json",
        "metadata/3.kmcc-revoke.json",
        "targets/" + "0" * 64 + ".feed.json",
        "targets/models/nudity-v2/" + "0" * 64 + ".model_q8.onnx",
    ],
)
def test_plain_paths_are_taken(path):
    assert checked_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "metadata/",
        "../x",
        "a/../b",
        "a/..",
        "a/./b",
        "a//b",
        "a\\b",
        "a/b?c",
        "a/b#c",
        "a/%2e%2e/b",
        "https://other.example/x",
        "a/b\n",
        "a/b\0",
        "a/가",
        "a/" + "b" * 201,
        "a/b/c/d/e/f",
        ".hidden",
        "a/-b",
    ],
)
def test_other_paths_are_not(path):
    with pytest.raises(FeedError, match="not allowed"):
        checked_path(path)


@given(st.text(max_size=60))
def test_no_text_leads_out(text):
    try:
        path = checked_path(text)
    except FeedError:
        return
    assert not path.startswith("/")
    assert ".." not in path
    assert ":" not in path


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "feed" / "metadata").mkdir(parents=True)
    (tmp_path / "feed" / "metadata" / "timestamp.json").write_bytes(b"0123456789")
    (tmp_path / "secret.json").write_bytes(b"secret")
    return tmp_path / "feed"


def ask(source, path, **headers):
    with source.get(path, headers) as reply:
        return reply.status, b"".join(reply.chunks), reply.headers


def test_a_folder_gives_its_files(folder):
    source = FolderSource(folder)
    assert ask(source, "metadata/timestamp.json")[:2] == (200, b"0123456789")
    with source.within(1):
        status, data, fields = ask(source, "metadata/timestamp.json", Range="bytes=4-")
    assert (status, data) == (206, b"456789")
    assert fields["content-range"] == "bytes 4-"
    assert ask(source, "metadata/other.json")[:2] == (404, b"")
    assert ask(source, "metadata")[0] == 404
    source.close()


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_link_does_not_lead_out_of_the_folder(folder, link):
    if link == "file":
        (folder / "metadata" / "1.root.json").symlink_to("../../secret.json")
        path = "metadata/1.root.json"
    else:
        (folder / "targets").symlink_to("..")
        path = "targets/secret.json"
    assert ask(FolderSource(folder), path)[0] == 404


def test_what_cannot_be_read_is_said(folder, monkeypatch):
    monkeypatch.setattr("pathlib.Path.open", _refuse)
    with pytest.raises(SourceError) as raised:
        ask(FolderSource(folder), "metadata/timestamp.json")
    assert raised.value.trouble is Trouble.UNREADABLE
    assert "Input/output error" in raised.value.detail


def _refuse(*_args, **_kwargs):
    raise OSError(5, "Input/output error")
