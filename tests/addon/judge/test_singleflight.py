"""Equal questions share an answer, a failure and nothing else."""

import asyncio

import pytest

from garim_addon.judge.singleflight import SingleFlight


class Question:
    """Counts how often it is asked and answers when told to."""

    def __init__(self, answer=None, error=None):
        self.asked = 0
        self.cancelled = False
        self.go = asyncio.Event()
        self._answer, self._error = answer, error

    async def __call__(self):
        self.asked += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self._error is not None:
            raise self._error
        return self._answer


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_equal_keys_share_one_question():
    flights, question = SingleFlight(), Question(answer=7)
    asking = [asyncio.create_task(flights.ask("k", question)) for _ in range(5)]
    await settle()
    assert len(flights) == 1
    question.go.set()
    assert await asyncio.gather(*asking) == [7] * 5
    assert question.asked == 1
    assert flights.shared == 4
    assert len(flights) == 0


async def test_different_keys_do_not():
    flights, first, second = SingleFlight(), Question(1), Question(2)
    first.go.set()
    second.go.set()
    assert await asyncio.gather(flights.ask("a", first), flights.ask("b", second)) == [1, 2]
    assert flights.shared == 0


async def test_a_failure_is_shared_but_not_remembered():
    flights, failing = SingleFlight(), Question(error=ValueError("no"))
    asking = [asyncio.create_task(flights.ask("k", failing)) for _ in range(3)]
    await settle()
    failing.go.set()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(result) for result in results] == [ValueError] * 3
    again = Question(answer="yes")
    again.go.set()
    assert await flights.ask("k", again) == "yes"


async def test_an_answer_is_not_remembered():
    flights, question = SingleFlight(), Question(answer=1)
    question.go.set()
    await flights.ask("k", question)
    await flights.ask("k", question)
    assert question.asked == 2


@pytest.mark.parametrize("leaver", [0, 1, 2])
async def test_one_that_leaves_does_not_disturb_the_others(leaver):
    flights, question = SingleFlight(), Question(answer="done")
    asking = [asyncio.create_task(flights.ask("k", question)) for _ in range(3)]
    await settle()
    asking[leaver].cancel()
    await settle()
    assert asking[leaver].cancelled()
    question.go.set()
    staying = [task for place, task in enumerate(asking) if place != leaver]
    assert await asyncio.gather(*staying) == ["done", "done"]
    assert not question.cancelled


async def test_the_last_that_leaves_ends_the_question():
    flights, question = SingleFlight(), Question()
    asking = [asyncio.create_task(flights.ask("k", question)) for _ in range(2)]
    await settle()
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)
    await settle()
    assert question.cancelled
    assert len(flights) == 0


async def test_who_comes_after_the_last_left_asks_anew():
    flights, first, second = SingleFlight(), Question(1), Question(2)
    leaving = asyncio.create_task(flights.ask("k", first))
    await settle()
    leaving.cancel()
    await asyncio.wait([leaving])
    second.go.set()
    assert await flights.ask("k", second) == 2
    assert second.asked == 1
