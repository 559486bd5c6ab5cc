"""Kill tests: whatever a worker does costs one verdict, and the pool is whole again."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from garim_addon.act.placeholder_spec import PlaceholderSpec
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.pool import InspectorPool
from garim_addon.media.limits import Limits
from garim_addon.verdict import FailureCause

FAKE = str(Path(__file__).with_name("fake_worker.py"))
LONG = 60.0
"""A deadline that no test waits for."""
SPEC = PlaceholderSpec("png", 64, 64, "가림", "A1")


def make(mode="ok", *arguments, size=1, **settings):
    command = [sys.executable, "-P", FAKE, mode, *map(str, arguments)]
    config = settings.pop("config", WorkerConfig())
    return InspectorPool(config, size=size, worker_command=command, **settings)


@pytest.fixture
async def started():
    pools = []

    async def start(*arguments, **settings):
        pool = make(*arguments, **settings)
        pools.append(pool)
        await pool.start()
        return pool

    yield start
    for pool in pools:
        await pool.close()


async def until(condition):
    while not condition():  # noqa: ASYNC110 - processes set no events
        await asyncio.sleep(0.01)


async def healed(pool):
    """Whether the pool judges again; returns the pid of who did."""
    found = await pool.judge(b"ok", deadline=LONG)
    assert found.failure is None
    return int(found.detail)


def pids(pool):
    return [slot.process.pid for slot in pool._shared.slots if slot.alive]


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_it_judges(started):
    pool = await started()
    found = await pool.judge(b"ok", encoding="gzip", deadline=LONG)
    assert (found.kind, found.format, found.failure) == ("image", "gzip", None)
    assert pool.models == "fake/1/int8"


async def test_workers_work_side_by_side(started, tmp_path):
    pool = await started(size=2)
    first = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    second = asyncio.create_task(pool.judge(b"wait %s/b" % bytes(tmp_path), deadline=LONG))
    await until(lambda: {p.name for p in tmp_path.iterdir()} == {"a.began", "b.began"})
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    assert len({(await first).detail, (await second).detail}) == 2


BLOWS = {
    "crash": (b"crash", FailureCause.CRASH),
    "exit": (b"exit", FailureCause.CRASH),
    "garbage": (b"garbage", FailureCause.INTERNAL),
    "huge header": (b"huge-header", FailureCause.INTERNAL),
    "huge payload": (b"huge-payload", FailureCause.INTERNAL),
    "an answer to another question": (b"forged", FailureCause.INTERNAL),
    "an inspection that is none": (b"unreadable", FailureCause.INTERNAL),
}


@pytest.mark.parametrize(("body", "cause"), BLOWS.values(), ids=BLOWS)
async def test_a_blow_costs_one_verdict(started, body, cause):
    pool = await started()
    before = await healed(pool)
    assert (await pool.judge(body, deadline=LONG)).failure is cause
    assert await healed(pool) != before
    stats = pool.stats
    assert stats.failures == {cause: 1}
    assert (stats.restarts, stats.alive) == (1, 1)


@pytest.mark.parametrize(
    ("body", "cause"), [(b"error", FailureCause.INTERNAL), (b"memory", FailureCause.TOO_LARGE)]
)
async def test_a_failure_that_the_worker_survives(started, body, cause):
    pool = await started()
    before = await healed(pool)
    found = await pool.judge(body, deadline=LONG)
    assert found.failure is cause
    assert "secret" not in found.detail
    assert await healed(pool) == before
    assert pool.stats.failures == {cause: 1}


async def test_a_worker_killed_in_mid_job(started, tmp_path):
    pool = await started(size=2)
    job = asyncio.create_task(pool.judge(b"hang %s/here" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "here").exists)
    (victim,) = [slot.process.pid for slot in pool._shared.slots if slot.busy]
    os.kill(victim, signal.SIGKILL)
    assert (await job).failure is FailureCause.CRASH
    await until(lambda: pool.stats.alive == 2)
    assert victim not in pids(pool)


async def test_all_workers_killed(started):
    pool = await started(size=2)
    await until(lambda: pool.stats.alive == 2)
    victims = pids(pool)
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    answers = await asyncio.gather(*(pool.judge(b"ok", deadline=LONG) for _ in range(8)))
    assert all(a.failure in {None, FailureCause.CRASH} for a in answers)
    assert sum(a.failure is not None for a in answers) <= 2
    await healed(pool)
    await until(lambda: pool.stats.alive == 2)
    assert not set(victims) & set(pids(pool))
    assert pool.stats.restarts == 2


async def test_an_idle_worker_that_dies_is_replaced_unasked(started):
    pool = await started()
    (victim,) = pids(pool)
    os.kill(victim, signal.SIGKILL)
    await until(lambda: pids(pool) not in ([], [victim]))
    assert pool.stats.failures == {}


async def test_a_hang_is_killed_at_the_deadline(started, tmp_path):
    pool = await started()
    before = await healed(pool)
    found = await pool.judge(b"hang %s/here" % bytes(tmp_path), deadline=0.5)
    assert found.failure is FailureCause.TIMEOUT
    assert await healed(pool) != before
    assert gone(before)


async def test_a_job_that_waited_past_its_deadline_is_never_run(started, tmp_path):
    pool = await started()
    blocking = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "a.began").exists)
    late = await pool.judge(b"wait %s/b" % bytes(tmp_path), deadline=0.2)
    assert late.failure is FailureCause.TIMEOUT
    assert pool.stats.queued == 0
    (tmp_path / "a").touch()
    assert (await blocking).failure is None
    await healed(pool)
    assert not (tmp_path / "b.began").exists()
    assert pool.stats.restarts == 0


async def test_a_job_that_began_late_does_not_cost_its_worker(started, tmp_path):
    pool = await started()
    before = await healed(pool)
    first = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "a.began").exists)
    second = asyncio.create_task(pool.judge(b"wait %s/b" % bytes(tmp_path), deadline=4.0))
    await asyncio.sleep(3.0)
    (tmp_path / "a").touch()
    assert (await first).failure is None
    assert (await second).failure is FailureCause.TIMEOUT
    (tmp_path / "b").touch()
    assert await healed(pool) == before
    assert pool.stats.restarts == 0


async def test_waiting_has_a_limit_of_its_own(started, tmp_path):
    pool = await started(patience=LONG)
    blocking = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "a.began").exists)
    burst = [asyncio.create_task(pool.judge(b"ok", deadline=5.0)) for _ in range(100)]
    await asyncio.sleep(5.5)  # longer than the deadline, which has not begun for those that wait
    (tmp_path / "a").touch()
    assert (await blocking).failure is None
    assert {(await task).failure for task in burst} == {None}
    assert pool.stats.failures == {}


async def test_a_hang_is_killed_at_its_deadline_however_long_others_may_wait(started, tmp_path):
    pool = await started(patience=LONG)
    found = await pool.judge(b"hang %s/here" % bytes(tmp_path), deadline=0.5)
    assert found.failure is FailureCause.TIMEOUT


async def test_over_the_queue_it_is_said_at_once(started, tmp_path):
    pool = await started(queue_limit=2)
    running = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "a.began").exists)
    waiting = [asyncio.create_task(pool.judge(b"ok", deadline=LONG)) for _ in range(2)]
    await until(lambda: pool.stats.queued == 2)
    assert (await pool.judge(b"ok", deadline=LONG)).failure is FailureCause.OVERLOADED
    (tmp_path / "a").touch()
    assert [f.failure for f in await asyncio.gather(running, *waiting)] == [None] * 3
    stats = pool.stats
    assert (stats.queued, stats.queue_longest) == (0, 2)
    assert stats.failures == {FailureCause.OVERLOADED: 1}


async def test_who_leaves_the_queue_is_not_run(started, tmp_path):
    pool = await started()
    running = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "a.began").exists)
    leaving = asyncio.create_task(pool.judge(b"wait %s/b" % bytes(tmp_path), deadline=LONG))
    await until(lambda: pool.stats.queued == 1)
    leaving.cancel()
    await until(lambda: pool.stats.queued == 0)
    (tmp_path / "a").touch()
    await running
    await healed(pool)
    assert leaving.cancelled()
    assert not (tmp_path / "b.began").exists()


async def test_who_leaves_a_running_job_does_not_cost_the_worker(started, tmp_path):
    pool = await started()
    before = await healed(pool)
    leaving = asyncio.create_task(pool.judge(b"wait %s/a" % bytes(tmp_path), deadline=LONG))
    await until((tmp_path / "a.began").exists)
    leaving.cancel()
    await asyncio.wait([leaving])
    (tmp_path / "a").touch()
    assert await healed(pool) == before
    assert pool.stats.restarts == 0


async def test_a_worker_is_replaced_after_so_many_jobs(started):
    pool = await started(recycle_jobs=3)
    first = await healed(pool)
    seen = {first}
    while seen == {first}:
        seen.add(await healed(pool))
    await until(lambda: gone(first))
    stats = pool.stats
    assert (stats.recycles, stats.restarts, stats.failures) == (1, 0, {})


async def test_a_worker_that_grew_is_replaced(started):
    pool = await started(recycle_rss=100 << 20)
    first = await healed(pool)
    assert (await pool.judge(b"grow 200", deadline=LONG)).detail == str(first)
    while await healed(pool) == first:
        pass
    assert pool.stats.recycles == 1
    assert max(pool.stats.rss) < 100 << 20


async def test_a_limit_below_what_a_fresh_worker_has_does_not_recycle_for_ever(started):
    pool = await started(recycle_rss=1)
    first = await healed(pool)
    assert await healed(pool) == first
    assert pool.stats.recycles == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
async def test_a_memory_hog_is_stopped_by_its_limit():
    hog = (
        "import sys\n"
        "from garim_addon.judge import worker\n"
        "from garim_addon.verdict import Inspection\n"
        "class Hog:\n"
        "    model_versions, model_failure = (), None\n"
        "    def judge(self, body, encoding, lists):\n"
        "        return Inspection(width=len(bytearray(int(body))))\n"
        "sys.exit(worker.main(lambda config: (Hog(), None)))\n"
    )
    config = WorkerConfig(memory=128 << 20)
    pool = InspectorPool(config, size=1, worker_command=[sys.executable, "-P", "-c", hog])
    await pool.start()
    try:
        found = await pool.judge(b"%d" % (512 << 20), deadline=LONG)
        assert found.failure is FailureCause.TOO_LARGE
        found = await pool.judge(b"%d" % (16 << 20), deadline=LONG)
        assert (found.failure, found.width) == (None, 16 << 20)
        assert pool.stats.restarts == 0
    finally:
        await pool.close()


async def test_missing_models_are_said_at_once_until_they_are_there(started, tmp_path):
    models = tmp_path / "models"
    pool = await started("missing", models, size=2)
    found = await pool.judge(b"ok", deadline=LONG)
    assert found.failure is FailureCause.MODEL_MISSING
    assert pool.stats.start_failure == "The model is gone."
    assert pool.stats.alive == 0
    models.touch()
    await until(lambda: pool.stats.alive == 2)
    await healed(pool)
    assert pool.stats.start_failure == ""


@pytest.mark.parametrize(
    ("mode", "cause", "said"),
    [
        ("die", FailureCause.CRASH, "no such library"),
        ("babble", FailureCause.INTERNAL, "no greeting"),
        ("mute", FailureCause.TIMEOUT, "not ready in time"),
    ],
)
async def test_workers_that_never_start(started, mode, cause, said):
    pool = await started(mode, spawn_timeout=LONG if mode != "mute" else 1.0)
    found = await pool.judge(b"ok", deadline=LONG)
    assert found.failure is cause
    assert said in pool.stats.start_failure


async def test_a_program_that_is_not_there():
    pool = InspectorPool(WorkerConfig(), size=1, worker_command=["/no/such/program"])
    await pool.start()
    assert (await pool.judge(b"ok", deadline=LONG)).failure is FailureCause.INTERNAL
    await pool.close()


async def test_jobs_wait_for_a_slow_start(tmp_path):
    go = tmp_path / "go"
    pool = make("slow", go)
    starting = asyncio.create_task(pool.start())
    await until(lambda: pool._tasks)
    early = await pool.judge(b"ok", deadline=0.1)
    waiting = asyncio.create_task(pool.judge(b"ok", deadline=LONG))
    await until(lambda: pool.stats.queued == 1)
    assert not starting.done()
    go.touch()
    await starting
    assert early.failure is FailureCause.TIMEOUT
    assert (await waiting).failure is None
    await pool.close()


async def test_lists_only_workers_are_renewed_when_the_models_are_back(started, tmp_path):
    models = tmp_path / "models"
    pool = await started("degraded", models)
    await healed(pool)
    assert pool.stats.degraded == "no model"
    models.touch()
    pool._shared.slots[0]._renewal._models.at = 0.0  # the pause is over
    while pool.stats.degraded:
        await healed(pool)
    assert pool.stats.recycles == 1


async def test_each_job_is_judged_by_the_lists_in_force(started):
    names = ["", "g1", "g1", "g2", ""]
    now = ""
    pool = await started(generation=lambda: now)
    for now in names:
        assert (await pool.judge(b"ok", deadline=LONG)).lists == now
    assert (pool.stats.restarts, pool.stats.recycles, pool.stats.failures) == (0, 0, {})


async def test_a_worker_that_cannot_open_new_lists_is_replaced_by_one_that_can(started):
    now = "g1"
    pool = await started("closed", generation=lambda: now)
    first = await healed(pool)
    now = "g2"
    behind = await pool.judge(b"ok", deadline=LONG)
    assert (behind.failure, behind.lists, behind.detail) == (None, "g1", str(first))
    while (last := await pool.judge(b"ok", deadline=LONG)).lists != "g2":
        pass
    assert last.detail != str(first)
    stats = pool.stats
    assert (stats.recycles, stats.restarts) == (1, 0)
    assert set(stats.failures) == {FailureCause.LIST_STALE}


async def test_placeholders(started):
    pool = await started()
    assert await pool.placeholder(SPEC, b"!", deadline=LONG) == "가림!".encode()
    failing = PlaceholderSpec("png", 64, 64, "fail", "A1")
    assert await pool.placeholder(failing, deadline=LONG) is None
    assert pool.stats.jobs == {"placeholder": 2}


async def test_a_placeholder_that_no_worker_can_make_is_none(started, tmp_path):
    pool = await started("missing", tmp_path / "models")
    assert await pool.placeholder(SPEC, deadline=LONG) is None
    assert pool.stats.failures == {FailureCause.MODEL_MISSING: 1}


async def test_ping(started, tmp_path):
    assert await (await started()).ping(deadline=LONG)
    assert not await (await started("missing", tmp_path / "models")).ping(deadline=LONG)


async def test_a_body_over_the_cap_is_not_sent(started):
    pool = await started(config=WorkerConfig(limits=Limits(max_bytes=10)))
    assert (await pool.judge(b"x" * 11, deadline=LONG)).failure is FailureCause.TOO_LARGE
    assert (await pool.judge(b"ok", deadline=LONG)).failure is None


async def test_a_large_body_goes_through(started):
    pool = await started()
    assert (await pool.judge(b"ok " + b"x" * (8 << 20), deadline=LONG)).failure is None


async def test_closing_leaves_no_process_and_answers_whoever_waits(tmp_path):
    pool = make(size=2)
    await pool.start()
    await until(lambda: pool.stats.alive == 2)
    workers = pids(pool)
    jobs = [
        asyncio.create_task(pool.judge(b"hang %s/%d" % (bytes(tmp_path), n), deadline=LONG))
        for n in range(4)
    ]
    await until(lambda: pool.stats.busy == 2)
    await pool.close()
    assert [(await job).failure for job in jobs] == [FailureCause.INTERNAL] * 4
    assert all(gone(worker) for worker in workers)
    assert (await pool.judge(b"ok", deadline=LONG)).failure is FailureCause.INTERNAL
    await pool.close()


async def test_closing_while_starting(tmp_path):
    pool = make("slow", tmp_path / "never")
    starting = asyncio.create_task(pool.start())
    await until(lambda: pool._tasks)
    await pool.close()
    starting.cancel()
    await asyncio.wait([starting])


async def test_before_the_start_it_is_a_failure_too():
    assert (await make().judge(b"ok", deadline=LONG)).failure is FailureCause.INTERNAL


async def test_a_mistake_of_ours_does_not_cost_the_slot(started, caplog):
    pool = await started()

    class Mistake:
        payload = b""

        @property
        def answer(self):
            raise AttributeError("ours")

    pool._queue._jobs[Mistake()] = None
    pool._shared.changed.set()
    await until(lambda: "goes on" in caplog.text)
    await healed(pool)


async def test_the_proxy_side_imports_no_decoder():
    script = (
        "import sys, garim_addon.judge.pool, garim_addon.judge.cache,"
        " garim_addon.judge.singleflight\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(names & {'numpy', 'PIL', 'onnxruntime', 'mitmproxy', 'garim_models'}))"
    )
    from garim_addon.judge.process import environment

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, env=environment()
    )
    said, _ = await process.communicate()
    assert said.strip() == b"[]"
