import asyncio
import hashlib
from dataclasses import fields, replace

import pytest
from made_lists import Made, found

from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.inspections import (
    HARMLESS,
    Inspections,
    as_match,
    body_digest,
    list_match,
)
from garim_addon.verdict import FailureCause, Inspection, ListMatch
from garim_feed.lookup.match import Match

BODY = b"x" * 2000
SEEN = Inspection(kind="image", format="png", width=9, height=9, frames=1)
LISTED = b"listed" * 500
MATCH = found("digest")


SECRET = b"installation"


def keyed(body):
    return hashlib.blake2b(hashlib.sha256(body).digest(), key=SECRET, digest_size=32).digest()


class Pool:
    def __init__(self):
        self.models = "models"
        self.asked = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.answer = SEEN
        self.next_models = None
        self.lists = None

    async def judge(self, body, *, encoding="", deadline):
        self.asked.append((body, encoding, deadline))
        await self.gate.wait()
        if self.next_models:
            self.models = self.next_models
        return replace(self.answer, lists=self.lists() if self.lists else "")


@pytest.fixture
def pool():
    return Pool()


@pytest.fixture
def cache(tmp_path):
    cache = VerdictCache(tmp_path / "c.sqlite")
    yield cache
    cache.close()


@pytest.fixture
def lists():
    return Made(bodies=(LISTED, b"tiny"))


@pytest.fixture
def inspections(pool, cache, lists):
    pool.lists = lambda: lists.generation
    return Inspections(pool, cache, lists, secret=SECRET, min_bytes=1024)


async def test_the_cache_cannot_tell_which_picture_was_seen(inspections, pool, cache, tmp_path):
    pool.answer = replace(SEEN, sha256=hashlib.sha256(BODY).hexdigest(), pdq="cd" * 32)
    await inspections.find(BODY, "", 0.8)
    assert cache.flush()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    plain = hashlib.sha256(BODY)
    for trace in (plain.digest(), plain.hexdigest().encode(), b"cd" * 32):
        assert trace not in kept
    assert SEEN.format.encode() in kept


async def test_a_body_is_inspected_once(inspections, pool):
    first = await inspections.find(BODY, "", 0.8)
    again = await inspections.find(BODY, "", 0.8)
    assert (first.inspection, first.cached) == (replace(SEEN, lists="g1"), False)
    kept = replace(SEEN, lists="g1", sha256=hashlib.sha256(BODY).hexdigest(), pdq="")
    assert (again.inspection, again.cached) == (kept, True)
    assert first.key == again.key == keyed(BODY)
    assert pool.asked == [(BODY, "", 0.8)]


async def test_equal_bodies_in_flight_are_one_job(inspections, pool):
    pool.gate.clear()
    tasks = [asyncio.create_task(inspections.find(BODY, "", 1.0)) for _ in range(5)]
    await asyncio.sleep(0)
    pool.gate.set()
    assert {(await t).inspection.format for t in tasks} == {"png"}
    assert len(pool.asked) == 1


@pytest.mark.parametrize("cause", list(FailureCause))
async def test_a_failure_is_never_remembered(inspections, pool, cause):
    pool.answer = Inspection(failure=cause)
    assert (await inspections.find(BODY, "", 1.0)).inspection.failure is cause
    pool.answer = SEEN
    found = await inspections.find(BODY, "", 1.0)
    assert (found.inspection, found.cached) == (replace(SEEN, lists="g1"), False)


@pytest.mark.parametrize("cause", list(FailureCause))
async def test_a_listed_body_that_could_not_be_inspected_is_still_listed(inspections, pool, cause):
    pool.answer = Inspection(failure=cause)
    found = await inspections.find(LISTED, "", 1.0)
    assert found.inspection.failure is cause
    assert found.inspection.matches == (list_match(MATCH),)


async def test_what_the_inspector_matched_itself_is_kept(inspections, pool):
    own = ListMatch("other", "e", "1", "test", "image")
    pool.answer = Inspection(failure=FailureCause.MODEL_MISSING, matches=(own,))
    assert (await inspections.find(LISTED, "", 1.0)).inspection.matches == (own,)


@pytest.mark.parametrize(
    ("body", "asks", "matches"),
    [(b"tiny", False, 1), (b"t" * 1023, False, 0), (b"t" * 1024, True, 0), (b"", False, 0)],
)
async def test_below_the_floor_only_the_digest_is_looked_up(inspections, pool, body, asks, matches):
    found = await inspections.find(body, "", 1.0)
    assert bool(pool.asked) == asks
    assert len(found.inspection.matches) == matches
    assert found.inspection.skipped == ("" if asks else "too-small")
    assert not found.cached


async def test_an_encoded_body_goes_to_a_worker_however_small(inspections, pool):
    await inspections.find(b"tiny", "gzip", 1.0)
    assert pool.asked == [(b"tiny", "gzip", 1.0)]


async def test_another_epoch_is_a_miss(inspections, pool):
    await inspections.find(BODY, "", 1.0)
    pool.models = "newer"
    assert not (await inspections.find(BODY, "", 1.0)).cached
    pool.models = "models"
    assert (await inspections.find(BODY, "", 1.0)).cached


async def test_other_lists_are_a_miss_until_the_old_ones_are_back(inspections, lists):
    await inspections.find(BODY, "", 1.0)
    lists.generation = "g2"
    assert not (await inspections.find(BODY, "", 1.0)).cached
    lists.generation = "g1"
    assert (await inspections.find(BODY, "", 1.0)).cached


async def test_what_was_found_with_other_lists_than_asked_for_is_not_kept(inspections, pool):
    pool.lists = lambda: "g0"
    for _ in range(2):
        assert not (await inspections.find(BODY, "", 1.0)).cached


async def test_what_was_found_while_the_lists_changed_is_not_kept(inspections, pool, lists):
    pool.gate.clear()
    task = asyncio.create_task(inspections.find(BODY, "", 1.0))
    await asyncio.sleep(0)
    lists.generation = "g2"
    pool.gate.set()
    await task
    assert not (await inspections.find(BODY, "", 1.0)).cached


async def test_who_asks_after_a_change_does_not_share_the_answer_of_before(
    inspections, pool, lists
):
    pool.gate.clear()
    before = asyncio.create_task(inspections.find(BODY, "", 1.0))
    await asyncio.sleep(0)
    lists.generation = "g2"
    after = asyncio.create_task(inspections.find(BODY, "", 1.0))
    await asyncio.sleep(0)
    pool.gate.set()
    await before
    await after
    assert len(pool.asked) == 2


async def test_what_lists_named_is_remembered_as_long_as_they_stand(inspections, pool):
    pool.answer = replace(SEEN, matches=(list_match(found("image")),))
    for cached in (False, True):
        assert (await inspections.find(BODY, "", 1.0)).cached is cached


async def test_a_torrent_has_no_size_floor(inspections, pool):
    await inspections.find(b"d4:infodee", "", 1.0, picture=False)
    assert pool.asked == [(b"d4:infodee", "", 1.0)]


@pytest.mark.parametrize("wanted", [("sha1",), ("md5",), ("sha1", "md5")])
async def test_other_digests_are_made_where_lists_have_them(inspections, lists, wanted):
    lists.wanted = ("sha256", *wanted)
    found = await inspections.find(b"tiny", "", 1.0)
    assert len(found.inspection.matches) == 1


async def test_while_no_inspector_said_its_versions_nothing_is_remembered(inspections, pool):
    pool.models = ""
    await inspections.find(BODY, "", 1.0)
    assert inspections.recall(keyed(BODY)) is None
    await inspections.find(BODY, "", 1.0)
    assert len(pool.asked) == 2


async def test_a_finding_made_while_versions_changed_is_not_kept(inspections, pool):
    pool.next_models = "newer"
    await inspections.find(BODY, "", 1.0)
    assert not (await inspections.find(BODY, "", 1.0)).cached


async def test_the_harmless_key_is_innocent_under_every_epoch(inspections, pool):
    for pool.models in ("a", "b", "a"):
        assert inspections.recall(HARMLESS) == Inspection()


def test_the_same_bytes_under_another_coding_are_another_body():
    keys = {body_digest(BODY, coding) for coding in ("", "gzip", "br", "gzip, br")}
    assert len(keys) == 4
    assert body_digest(BODY, "GZip") == body_digest(BODY, "gzip")
    assert all(len(key) == 32 for key in keys)


def test_a_match_becomes_a_finding_field_by_field():
    match = Match("l", "e", "v", "c", "video", 7, 93, False, "kr", "2026-05-01", 4000)
    found = list_match(match, 4)
    assert found.frame == 4
    for each in fields(Match):
        assert getattr(found, each.name) == getattr(match, each.name)
    assert as_match(found) == match
