"""The guard: which lists are refused, which are not, and that the shipped data are sound."""

import importlib.util
import json
from pathlib import Path

import pytest
from tests.feed.lookup.made import (
    ALLOW,
    NEGATIVE,
    OVER,
    PDQ,
    TERM,
    TODAY,
    Publisher,
    flipped,
    force,
    identity,
)  # fmt: skip

from garim_feed.addresses.canonical import canonical_host
from garim_feed.errors import FeedError
from garim_feed.kinds import QUALITY_FLOOR, Kind
from garim_feed.lookup import canaries as module
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.canaries import canary_hosts, canary_pictures, check_canaries
from garim_feed.lookup.generation import open_list
from garim_feed.lookup.generation_file import read_generation

ROOT = Path(__file__).parents[3]


def index(tmp_path, monkeypatch, *entries, revoked=()):
    """A list's index, built past the guard."""
    one = Publisher(tmp_path / "segments").add(*entries)
    with monkeypatch.context() as patch:
        patch.setattr("garim_feed.lookup.build.check_canaries", lambda *_: None)
        name = force(tmp_path / "lists", one.planned(revoked=revoked)).generation
    folder = tmp_path / "lists" / "generations" / name
    return open_list(folder, read_generation(folder).lists[0])


@pytest.mark.parametrize(
    ("entries", "host"),
    [
        ([(Kind.HOST, "naver.com")], "naver.com"),
        ([(Kind.HOST, "www.naver.com")], "naver.com"),
        ([(Kind.HOST, "co.kr")], "co.kr"),
        ([(Kind.HOST, "github.io")], "github.io"),
        ([(Kind.ADDRESS, "naver.com/")], "naver.com"),
        ([(Kind.ADDRESS, "www.naver.com/")], "naver.com"),
        ([(Kind.ADDRESS, "or.kr/")], "or.kr"),
        ([(Kind.HOST, "naver.com"), (Kind.ADDRESS, "naver.com/", ALLOW)], "naver.com"),
        ([(Kind.HOST, "kr.test"), (Kind.HOST, "wikipedia.org")], "wikipedia.org"),
        ([(Kind.HOST, "blog.example.com"), (Kind.HOST, "one.naver.com")], None),
        ([(Kind.ADDRESS, "blog.naver.com/someone"), (Kind.ADDRESS, "naver.com/a")], None),
        ([(Kind.HOST, "someone.github.io"), (Kind.HOST, "bad.co.kr")], None),
        ([(Kind.HOST, "naver.com", ALLOW)], None),
        ([(Kind.HOST, "naver.com", OVER)], None),
        ([(Kind.SHA256, b"n" * 32)], None),
    ],
)
def test_hosts(tmp_path, monkeypatch, entries, host):
    one = index(tmp_path, monkeypatch, *entries)
    if host is None:
        check_canaries(one, TODAY)
        return
    with pytest.raises(FeedError) as raised:
        check_canaries(one, TODAY)
    assert raised.value.params["host"] in {host, "google.com"} | set(canary_hosts())
    assert module._blocks(one, host, TODAY) or module._blocks(one, f"www.{host}", TODAY)


def test_a_revoked_mistake_is_forgiven(tmp_path, monkeypatch):
    check_canaries(
        index(tmp_path, monkeypatch, (Kind.HOST, "naver.com"),
              revoked=[identity(Kind.HOST, "naver.com")]),
        TODAY,
    )  # fmt: skip


CANARY = bytes.fromhex("2d6b1af3a956c529e79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724")


@pytest.mark.parametrize(
    ("entries", "refused"),
    [
        ([(Kind.IMAGE, CANARY)], True),
        ([(Kind.IMAGE, flipped(CANARY, 31))], True),
        ([(Kind.IMAGE, flipped(CANARY, 6), TERM, 90, (2, 5))], False),
        ([(Kind.VIDEO, ((PDQ, 90, 0), (flipped(CANARY, 9), 90, 5)))], True),
        ([(Kind.IMAGE, CANARY), (Kind.IMAGE, flipped(CANARY, 1), NEGATIVE)], True),
        ([(Kind.IMAGE, CANARY, NEGATIVE)], False),
        ([(Kind.IMAGE, CANARY, OVER)], False),
        ([(Kind.IMAGE, PDQ)], False),
    ],
)
def test_pictures(tmp_path, monkeypatch, entries, refused):
    one = index(tmp_path, monkeypatch, *entries)
    if not refused:
        check_canaries(one, TODAY)
        return
    with pytest.raises(FeedError, match="ordinary picture"):
        check_canaries(one, TODAY)


# --- the shipped data ----------------------------------------------------------------------------


def test_hosts_are_canonical_and_many():
    hosts = canary_hosts()
    assert len(hosts) >= 300
    assert len(set(hosts)) == len(hosts)
    assert all(canonical_host(host) == host and "." in host for host in hosts)
    assert {"naver.com", "google.com", "co.kr", "github.io", "kbstar.com", "gov.kr"} <= set(hosts)


def test_pictures_are_good_and_many():
    found = canary_pictures()
    assert len(found) >= 100
    assert len({name for name, _, _ in found}) == len(found)
    assert all(QUALITY_FLOOR <= quality <= 100 for _, _, quality in found)


def test_the_list_test_passes():
    for one in builtin().lists:
        check_canaries(one, TODAY)


def test_pictures_are_what_their_script_makes():
    """Other versions of the packages may decode a bit otherwise; the pictures are the same."""
    pytest.importorskip("skimage")
    spec = importlib.util.spec_from_file_location("canaries", ROOT / "feed" / "build_canaries.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = json.loads(script.content())["pictures"]
    shipped = json.loads(script.TARGET.read_bytes())["pictures"]
    for one, other in zip(made, shipped, strict=True):
        assert one["name"] == other["name"]
        apart = int(one["pdq"], 16) ^ int(other["pdq"], 16)
        assert apart.bit_count() <= 8
