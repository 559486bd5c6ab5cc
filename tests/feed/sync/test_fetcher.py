from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.feed.sync.simulator import FeedSimulator, Server, pieces
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    SlowRetrievalError,
)

from garim_feed.sync.fetcher import CAPS, ROLE_CAP, TIMESTAMP, Fetcher
from garim_feed.sync.source import Reply

BIG = "targets/big.seg"
DATA = bytes(range(256)) * 200


@pytest.fixture
def server():
    feed = FeedSimulator("kmcc")
    feed.files[BIG] = DATA
    return Server(feed)


@pytest.fixture
def fetcher(server):
    return Fetcher(server)


def answering(server, *replies):
    """Answer with these, one after another."""
    waiting = list(replies)
    server.hook = lambda _path, _headers: waiting.pop(0) if waiting else None


# The timestamp


def test_the_timestamp_is_asked_for_once(server, fetcher):
    data = fetcher.look()
    assert data == server.feed.files[TIMESTAMP]
    assert fetcher.download_bytes(TIMESTAMP, 16_384) == data
    assert server.took() == [TIMESTAMP]
    assert fetcher.received == len(data)
    assert server.headers == [{}]


def test_an_unchanged_timestamp_is_not_sent(server, fetcher):
    fetcher.look()
    again = Fetcher(server)
    assert again.look(fetcher.etag, fetcher.modified) is None
    assert again.received == 0
    assert server.headers[-1] == {"If-None-Match": fetcher.etag}


def test_a_date_is_the_second_best_validator(server):
    answering(server, Reply(304, {}, iter(())))
    assert Fetcher(server).look("", "Mon, 01 Jun 2026 00:00:00 GMT") is None
    assert server.headers == [{"If-Modified-Since": "Mon, 01 Jun 2026 00:00:00 GMT"}]


def test_unchanged_is_no_answer_to_who_has_nothing(server, fetcher):
    answering(server, Reply(304, {}, iter(())))
    with pytest.raises(DownloadError, match="unexpected status 304"):
        fetcher.look()


# Metadata


@pytest.mark.parametrize(
    ("path", "cap"),
    [
        ("metadata/2.root.json", CAPS["root"]),
        ("metadata/2.snapshot.json", CAPS["snapshot"]),
        ("metadata/2.targets.json", ROLE_CAP),
        ("metadata/2.kmcc.json", ROLE_CAP),
    ],
)
def test_metadata_has_a_cap_whatever_is_said_of_its_length(server, fetcher, path, cap):
    answering(server, *(Reply(200, {}, pieces(bytes(size))) for size in (cap, cap + 1)))
    assert len(fetcher.download_bytes(path, 10**9)) == cap
    with pytest.raises(DownloadLengthMismatchError):
        fetcher.download_bytes(path, 10**9)


def test_all_metadata_of_a_look_together_has_a_cap(server, fetcher, monkeypatch):
    monkeypatch.setattr("garim_feed.sync.fetcher.METADATA_CAP", 250)
    answering(server, *(Reply(200, {}, pieces(bytes(100))) for _ in range(3)))
    for path in ("metadata/1.a.json", "metadata/1.b.json"):
        assert len(fetcher.download_bytes(path, 1000)) == 100
    with pytest.raises(DownloadLengthMismatchError):
        fetcher.download_bytes("metadata/1.c.json", 1000)


def test_a_signed_length_is_kept_to(server, fetcher):
    answering(server, Reply(200, {}, pieces(bytes(101))))
    with pytest.raises(DownloadLengthMismatchError):
        fetcher.download_bytes("metadata/2.root.json", 100)


@pytest.mark.parametrize("announced", ["101", "1" * 5000])
def test_an_announced_length_is_enough_to_refuse(server, fetcher, announced):
    def never():
        raise AssertionError
        yield b""

    answering(server, Reply(200, {"content-length": announced}, never()))
    with pytest.raises(DownloadLengthMismatchError):
        fetcher.download_bytes("metadata/2.root.json", 100)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_errors_have_their_status(server, fetcher, status):
    answering(server, Reply(status, {}, iter(())))
    with pytest.raises(DownloadHTTPError) as raised:
        fetcher.download_bytes("metadata/2.root.json", 100)
    assert raised.value.status_code == status


@pytest.mark.parametrize("status", [100, 204, 206, 304])
def test_odd_answers_are_none(server, fetcher, status):
    answering(server, Reply(status, {}, iter([b"x"])))
    with pytest.raises(DownloadError, match="unexpected status"):
        fetcher.download_bytes("metadata/2.root.json", 100)


def test_the_interface_s_own_way_works_too(server, fetcher):
    assert b"".join(fetcher.fetch(BIG)) == DATA


# Large files


def test_a_file_comes_whole(server, fetcher, tmp_path):
    part, come = tmp_path / "new" / "a.part", []
    fetcher.resume(BIG, len(DATA), part, come.append)
    assert part.read_bytes() == DATA
    assert sum(come) == len(DATA) == fetcher.received
    assert len(come) > 1


@pytest.mark.parametrize("have", [1, 20_000, len(DATA) - 1])
def test_a_file_is_continued(server, fetcher, tmp_path, have):
    part = tmp_path / "a.part"
    part.write_bytes(DATA[:have])
    fetcher.resume(BIG, len(DATA), part)
    assert part.read_bytes() == DATA
    assert server.headers == [{"Range": f"bytes={have}-"}]
    assert fetcher.received == len(DATA) - have


def test_a_file_that_is_here_is_not_asked_for(server, fetcher, tmp_path):
    part = tmp_path / "a.part"
    part.write_bytes(DATA)
    fetcher.resume(BIG, len(DATA), part)
    assert server.asked == []


def test_an_empty_file_is_a_file(server, fetcher, tmp_path):
    fetcher.resume("targets/empty.seg", 0, tmp_path / "a.part")
    assert (tmp_path / "a.part").read_bytes() == b""


def test_more_than_there_can_be_is_begun_anew(server, fetcher, tmp_path):
    part = tmp_path / "a.part"
    part.write_bytes(DATA + b"more")
    fetcher.resume(BIG, len(DATA), part)
    assert part.read_bytes() == DATA
    assert server.headers == [{}]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {}, pieces(DATA)),
        Reply(200, {"content-range": "bytes 10-"}, pieces(DATA)),
    ],
)
def test_a_server_may_send_it_all_again(server, fetcher, tmp_path, reply):
    part = tmp_path / "a.part"
    part.write_bytes(b"wrong bytes")
    answering(server, reply)
    fetcher.resume(BIG, len(DATA), part)
    assert part.read_bytes() == DATA


@pytest.mark.parametrize("told", ["bytes 9-", "bytes 11-", "bytes 0-", "", "items 10-"])
def test_another_range_than_we_asked_for_is_refused(server, fetcher, tmp_path, told):
    part = tmp_path / "a.part"
    part.write_bytes(DATA[:10])
    answering(server, Reply(206, {"content-range": told}, pieces(DATA[10:])))
    with pytest.raises(DownloadError, match="unexpected status 206"):
        fetcher.resume(BIG, len(DATA), part)


def test_what_came_stays_when_the_rest_does_not_come(server, fetcher, tmp_path):
    part = tmp_path / "a.part"
    answering(server, Reply(200, {}, pieces(DATA[:30_000])))
    with pytest.raises(DownloadError, match="ended after 30000"):
        fetcher.resume(BIG, len(DATA), part)
    assert part.read_bytes() == DATA[:30_000]
    fetcher.resume(BIG, len(DATA), part)
    assert part.read_bytes() == DATA


def test_a_file_that_does_not_end_is_cut_off(server, fetcher, tmp_path):
    part = tmp_path / "a.part"
    answering(server, Reply(200, {}, pieces(DATA * 2)))
    with pytest.raises(DownloadLengthMismatchError):
        fetcher.resume(BIG, len(DATA), part)
    assert part.stat().st_size <= len(DATA)


def test_a_range_that_the_server_does_not_have(server, fetcher, tmp_path):
    part = tmp_path / "a.part"
    part.write_bytes(DATA[:10])
    answering(server, Reply(416, {}, iter(())))
    with pytest.raises(DownloadError, match="unexpected status 416"):
        fetcher.resume(BIG, len(DATA), part)
    assert not part.exists()


def test_a_slow_file_is_given_up_and_kept(server, tmp_path):
    ticks = iter(range(10**6))
    fetcher = Fetcher(server, window=5.0, floor=10**6, monotonic=lambda: float(next(ticks)))
    with pytest.raises(SlowRetrievalError):
        fetcher.resume(BIG, len(DATA), tmp_path / "a.part")
    assert 0 < (tmp_path / "a.part").stat().st_size < len(DATA)


# Hints


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("120", 120), ("0", 0), ("9" * 400, 999_999_999), ("", None), ("soon", None), ("-5", None),
     ("٣", None), ("1.5", None)],
)  # fmt: skip
def test_retry_after_in_seconds(server, fetcher, told, seconds):
    answering(server, Reply(503, {"retry-after": told}, iter(())))
    with pytest.raises(DownloadHTTPError):
        fetcher.look()
    assert fetcher.retry_after == seconds


def test_retry_after_as_a_date_is_measured_by_the_server_s_own_clock(server, fetcher):
    wrong = datetime(2001, 1, 1, tzinfo=UTC)
    fields = {
        "date": format_datetime(wrong, usegmt=True),
        "retry-after": format_datetime(wrong + timedelta(minutes=5), usegmt=True),
    }
    answering(server, Reply(429, fields, iter(())))
    with pytest.raises(DownloadHTTPError):
        fetcher.look()
    assert fetcher.retry_after == 300


@pytest.mark.parametrize(
    ("hours", "age", "ahead"), [(0, "", 0), (5, "", 5), (-5, "", -5), (0, "3600", 1), (0, "x", 0)]
)
def test_the_server_s_clock(server, fetcher, hours, age, ahead):
    date = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    answering(server, Reply(200, {"date": date, "age": age}, iter([b"{}"])))
    fetcher.look()
    assert fetcher.ahead is not None
    assert abs(fetcher.ahead - timedelta(hours=ahead)) < timedelta(minutes=1)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Jun 2026 00:00:00 GMT", "0", "\0"])
def test_no_date_is_no_hint(server, fetcher, date):
    answering(server, Reply(200, {"date": date}, iter([b"{}"])))
    fetcher.look()
    assert fetcher.ahead is None
