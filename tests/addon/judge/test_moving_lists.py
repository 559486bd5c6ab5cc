"""Real inspector processes under load while the lists change: old or new lists, never neither.

The concern of several files (`lists`, `pool`, `sandbox`, `inspect`) at work together.
"""

import asyncio
import io
import sys

import pytest
from made_lists import make_lists
from PIL import Image

from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.inspections import Inspections
from garim_addon.judge.no_lists import NoLists
from garim_addon.judge.pdq import pdq
from garim_addon.judge.pool import InspectorPool
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
from garim_feed.lookup import generations
from garim_feed.lookup.live import LiveIndex

LONG = 60.0
RELOADS = 50


def picture(angle):
    out = io.BytesIO()
    shape = Image.effect_mandelbrot((160, 120), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    shape.rotate(angle).save(out, "PNG")
    return out.getvalue()


PICTURES = {"odd": picture(0), "even": picture(33)}
HASHES = {
    name: pdq(open_picture(body, Limits()).samples[0].luma).bits for name, body in PICTURES.items()
}


class World:
    """A lists folder, the index that follows it, and inspectors."""

    def __init__(self, folder):
        self.root = folder / "lists"
        generations.generations_folder(self.root).mkdir(parents=True)
        self.live = LiveIndex(self.root, NoLists())
        config = WorkerConfig(stages=(), lists=self.root / "generations", builtin_list=False)
        self.pool = InspectorPool(
            config, generation=lambda: self.live.generation, size=2, patience=LONG
        )
        self.cache = VerdictCache(folder / "verdicts.sqlite")
        self.inspections = Inspections(self.pool, self.cache, self.live, secret=b"s", min_bytes=100)
        self.names = {"": set()}
        self.versions = 0

    def publish(self):
        """A list of one picture, another than before, comes into force."""
        self.versions += 1
        which = "odd" if self.versions % 2 else "even"
        name = make_lists(
            self.root,
            version=self.versions,
            bodies=[PICTURES[which]],
            pictures=[HASHES[which]],
            hosts=[f"h{self.versions}.example"],
        )
        generations.prune(self.root)
        self.names[name] = {which}
        assert self.live.refresh()
        return name

    async def close(self):
        await self.pool.close()
        self.cache.close()


@pytest.fixture
async def world(tmp_path):
    made = World(tmp_path)
    await made.pool.start()
    yield made
    await made.close()


def seen(inspection, which):
    """Which of the two lists an inspection of the picture `which` was made with."""
    assert inspection.failure is None, inspection.detail
    return {which} if inspection.matches else {"odd", "even"} - {which}


async def test_every_answer_under_load_is_by_the_old_or_the_new_list(world):
    world.publish()
    answers, running = [], True

    async def browse(which, number):
        while running:
            number += 1000
            # Bytes behind the end: the same picture, another body each time.
            body = PICTURES[which] + number.to_bytes(8)
            before = world.live.generation
            found = (await world.inspections.find(body, "", LONG)).inspection
            answers.append((which, before, found, world.live.generation))

    tasks = [asyncio.create_task(browse(which, n)) for which in PICTURES for n in range(3)]
    for _ in range(RELOADS):
        world.publish()
        await asyncio.sleep(0.02)
    running = False
    await asyncio.gather(*tasks)
    assert len(answers) > RELOADS
    for which, before, found, after in answers:
        assert found.lists in world.names
        assert found.lists >= before or len(found.lists) > len(before)
        assert len(found.lists) < len(after) or found.lists <= after
        assert seen(found, which) == world.names[found.lists]
    assert len({found.lists for _, _, found, _ in answers}) > RELOADS // 2
    stats = world.pool.stats
    assert (stats.restarts, stats.recycles, stats.failures) == (0, 0, {})
    if sys.platform == "linux":
        assert [part for part in stats.sandbox if not part.active] == []


async def test_what_was_remembered_does_not_outlive_its_lists(world):
    for _ in range(4):
        world.publish()
        for which, body in PICTURES.items():
            for _ in range(2):
                found = await world.inspections.find(body, "", LONG)
                assert seen(found.inspection, which) == world.names[world.live.generation]
    # ... while the lists stay, what nobody named is remembered.
    innocent = "even" if world.versions % 2 else "odd"
    assert (await world.inspections.find(PICTURES[innocent], "", LONG)).cached


async def test_lists_that_vanish_leave_the_old_ones_and_are_counted(world):
    old = world.publish()
    answers = [world.pool.judge(PICTURES["odd"], deadline=LONG) for _ in range(20)]
    assert {found.lists for found in await asyncio.gather(*answers)} == {old}
    world.live._name = "g9-0123456789abcdef"  # the proxy names what is not there
    behind = await world.pool.judge(PICTURES["odd"], deadline=LONG)
    assert behind.failure is None
    assert behind.lists in {"", old}  # a worker that was never asked has none yet
    assert bool(behind.matches) == bool(behind.lists)
    assert [cause.value for cause in world.pool.stats.failures] == ["list-stale"]


async def test_the_first_lists_come_to_inspectors_that_began_without(world):
    assert (await world.pool.judge(PICTURES["odd"], deadline=LONG)).matches == ()
    world.publish()
    found = await world.pool.judge(PICTURES["odd"], deadline=LONG)
    assert {match.kind for match in found.matches} == {"digest", "image"}
    assert {(match.feed, match.added) for match in found.matches} == {("kr", "2026-05-01")}
