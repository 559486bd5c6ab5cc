"""The trial server: what agents need, and nothing else."""

import http.client
import threading

import pytest
from tests.feed.publish.office import hosts

from garim_feed.errors import FeedError
from garim_feed.publish.serve import server


@pytest.fixture
def ask(office):
    """Return what a request is answered with: status, headers, body."""
    office.change(hosts(1, 2, 3))
    office.publish()
    (office.folder / "secret").write_text("secret")
    (office.site / "other").write_text("not the feed's")
    (office.site / "metadata" / "link.json").symlink_to(office.folder / "secret")
    with server(office.site) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        connection = http.client.HTTPConnection(*serving.server_address[:2], timeout=10)

        def asked(path, method="GET", **headers):
            connection.request(
                method,
                path,
                headers={name.replace("_", "-"): text for name, text in headers.items()},
            )
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

        yield asked
        connection.close()
        serving.shutdown()
        thread.join()


def seg(office):
    file = next(office.site.rglob("*.seg"))
    return "/" + file.relative_to(office.site).as_posix(), file.read_bytes()


def test_files_are_answered_whole(ask, office):
    path, data = seg(office)
    status, headers, body = ask(path)
    assert (status, body, headers["Content-Length"]) == (200, data, str(len(data)))
    assert "immutable" in headers["Cache-Control"]
    status, headers, body = ask("/metadata/timestamp.json")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")


def test_head_has_no_body(ask, office):
    path, data = seg(office)
    status, headers, body = ask(path, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(data)))


def test_what_did_not_change_is_not_sent(ask):
    _, headers, _ = ask("/metadata/timestamp.json")
    tag, modified = headers["ETag"], headers["Last-Modified"]
    for conditions in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"x", W/{tag}'},
        {"If_Modified_Since": modified},
    ):
        status, _, body = ask("/metadata/timestamp.json", **conditions)
        assert (status, body) == (304, b"")
    for conditions in (
        {"If_None_Match": '"x"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": "nonsense"},
    ):
        assert ask("/metadata/timestamp.json", **conditions)[0] == 200


RANGES = [
    ("bytes=0-", 200, slice(None)),
    ("bytes=5-", 206, slice(5, None)),
    ("bytes=5-9", 206, slice(5, 10)),
    ("bytes=5-999999", 206, slice(5, None)),
    ("bytes=-5", 200, slice(None)),
    ("bytes=1-2,4-5", 200, slice(None)),
    ("nonsense", 200, slice(None)),
]


@pytest.mark.parametrize(("asked", "status", "part"), RANGES)
def test_a_download_goes_on_where_it_stopped(ask, office, asked, status, part):
    path, data = seg(office)
    got, headers, body = ask(path, Range=asked)
    assert (got, body) == (status, data[part])
    if status == 206:
        start, stop, _ = part.indices(len(data))
        assert headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=9-5"])
def test_what_lies_behind_the_end_is_refused(ask, office, asked):
    path, data = seg(office)
    status, headers, body = ask(path, Range=asked)
    assert (status, body, headers["Content-Range"]) == (416, b"", f"bytes */{len(data)}")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metadata",
        "/metadata/",
        "/other",
        "/secret",
        "/../secret",
        "/metadata/../other",
        "/metadata/%2e%2e/other",
        "/metadata/link.json",
        "/none",
        "/metadata/timestamp.json?x",
        "/targets/../../secret",
        "http://x/metadata/timestamp.json",
    ],
)
def test_nothing_else_is_there(ask, path):
    status, _, body = ask(path)
    assert status == 404
    assert b"secret" not in body
    assert b"not the feed" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(ask, method):
    assert ask("/metadata/timestamp.json", method)[0] == 501


def test_a_folder_that_is_no_feed_is_not_served(tmp_path):
    with pytest.raises(FeedError, match="no published feed"):
        server(tmp_path)


def test_a_taken_port_is_said(office):
    office.publish()
    with server(office.site) as serving, pytest.raises(FeedError, match="cannot be listened on"):
        server(office.site, port=serving.server_address[1])
