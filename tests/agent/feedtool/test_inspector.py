"""The inspector of `garim-feed` beside the agent's own."""

import hashlib

import pytest

from garim_addon.judge.config import WorkerConfig
from garim_addon.media.errors import MediaError
from garim_agent.feedtool import inspector

INFO = b"d6:lengthi3e4:name1:a12:piece lengthi16384e6:pieces0:e"


@pytest.fixture(scope="module")
def hashing():
    return inspector.Hashing(WorkerConfig(stages=()))


def test_a_torrent_tells_its_info_hashes(hashing):
    found = hashing.judge(b"d4:info" + INFO + b"e", "", "")
    assert found.kind == inspector.TORRENT
    assert found.detail.split() == [
        f"1:{hashlib.sha1(INFO).hexdigest()}",
        f"2:{hashlib.sha256(INFO).hexdigest()}",
    ]


def test_a_crowd_of_info_hashes_stays_within_what_an_answer_may_hold(hashing):
    many = b"".join(b"4:infod4:name1:%ce" % (65 + number) for number in range(6))
    found = hashing.judge(b"d" + many + b"e", "", "g1")
    assert len(found.detail.split()) == inspector.MAX_INFOS
    assert type(found).from_json(found.to_json()) == found


def test_a_broken_torrent_is_a_media_error(hashing):
    with pytest.raises(MediaError):
        hashing.judge(b"d4:infod4:name9999:a", "", "")


def test_everything_else_is_the_agents_own_inspection(hashing, testmedia):
    found = hashing.judge((testmedia / "listed.png").read_bytes(), "", "")
    assert (found.kind, len(found.pdq), found.scores) == ("image", 64, ())


def test_it_paints_nothing():
    assert inspector._nothing({}, b"x") == b""
