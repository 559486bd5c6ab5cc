"""The queue is bounded, in order, and forgets who has left."""

import asyncio

import pytest

from garim_addon.judge.jobs import Job, JobError, JobQueue
from garim_addon.verdict import FailureCause


def job(payload=b"", name=""):
    return Job(
        header={"op": name},
        payload=payload,
        answers="",
        max_answer=0,
        parse=bytes,
        budget=1.0,
        expires=0.0,
        answer=asyncio.get_running_loop().create_future(),
    )


async def test_first_in_first_out():
    queue, jobs = JobQueue(limit=3, byte_limit=10), [job(), job(), job()]
    assert [queue.put(each) for each in jobs] == [True] * 3
    assert [queue.take() for _ in range(4)] == [*jobs, None]
    assert queue.longest == 3


async def test_bounded_by_count():
    queue = JobQueue(limit=2, byte_limit=10)
    assert [queue.put(job()) for _ in range(3)] == [True, True, False]
    assert len(queue) == 2


async def test_bounded_by_bytes_and_freed_by_taking_and_dropping():
    queue, first, second = JobQueue(limit=9, byte_limit=10), job(b"123456"), job(b"1234")
    assert queue.put(first)
    assert queue.put(second)
    assert not queue.put(job(b"1"))
    queue.take()
    queue.drop(second)
    assert queue.put(job(b"1234567890"))


async def test_dropping_twice_or_after_taking_is_no_matter():
    queue, one = JobQueue(limit=1, byte_limit=5), job(b"12345")
    queue.put(one)
    assert queue.take() is one
    queue.drop(one)
    queue.drop(one)
    assert queue.put(job(b"12345"))
    assert not queue.put(job())


async def test_all_can_be_failed():
    queue, jobs = JobQueue(limit=3, byte_limit=10), [job(), job()]
    for each in jobs:
        queue.put(each)
    queue.fail_all(FailureCause.MODEL_MISSING)
    assert len(queue) == 0
    for each in jobs:
        with pytest.raises(JobError) as caught:
            await each.answer
        assert caught.value.cause is FailureCause.MODEL_MISSING


async def test_the_first_outcome_counts():
    one = job()
    one.succeed("found")
    one.fail(FailureCause.CRASH)
    one.succeed("other")
    assert await one.answer == "found"


async def test_nobody_is_told_who_has_left():
    one = job()
    one.answer.cancel()
    one.succeed("found")
    one.fail(FailureCause.CRASH)
    assert one.answer.cancelled()
