"""Workers are killed, hang or open bombs: policy decides, and nothing becomes clean by it."""

import contextlib
from collections import Counter

import psutil
import pytest
from tests.e2e.agent import PATIENT, Agent, launch, until
from tests.e2e.bombs import frame_bomb, pixel_bomb
from tests.e2e.curl import curl
from tests.e2e.pictures import Picture, ask, assert_judged, passed, profile, stopped

from garim_addon.verdict import FailureCause, Reason

pytestmark = pytest.mark.server

PROFILES = ("home", "school")


@pytest.fixture(params=PROFILES)
def agent(request) -> Agent:
    """The running Garim of each profile."""
    return request.getfixturevalue({"home": "garim", "school": "school"}[request.param])


def both_work(agent: Agent, waiting: int) -> None:
    """Wait until each inspector has a job: then, and only then, the others wait."""
    until(lambda: agent.metrics()["garim_queue_length"] == waiting, "both inspectors have a job")


def test_a_worker_killed_in_mid_job_costs_one_verdict(agent, fresh, clients):
    pictures = [fresh() for _ in range(3)]
    before = agent.failures("crash")
    with stopped(agent) as workers:
        asked = ask(clients, agent, pictures)
        both_work(agent, waiting=1)
        workers[0].kill()
    replies = [each.result() for each in asked]
    seen = [passed(reply, picture) for reply, picture in zip(replies, pictures, strict=True)]
    assert sum(seen) == (profile(agent) == "home")  # one could not be judged: policy decides
    assert agent.failures("crash") == before + 1
    agent.heal()
    assert_judged(agent, *pictures)
    logged = [_both(agent, picture) for picture in pictures]
    failures = [first.failure for first, _ in logged]
    assert Counter(failures) == {FailureCause.CRASH: 1, None: 2}
    assert {second.reason for _, second in logged} == {Reason.LISTED_PICTURE}
    # What was judged is remembered, what failed is not.
    assert [second.cached for _, second in logged] == [failure is None for failure in failures]


def _both(agent: Agent, picture: Picture):
    until(lambda: len(agent.events(picture.address)) == 2, "both decisions are logged")
    return agent.events(picture.address)


def test_all_workers_killed_under_load(agent, fresh, clients):
    pictures = [fresh(listed=bool(number % 2)) for number in range(16)]
    before = agent.failures("crash")
    with stopped(agent) as workers:
        asked = ask(clients, agent, pictures)
        both_work(agent, waiting=10)  # of twelve that ask at a time
        for worker in workers:
            worker.kill()
    # And again as soon as one is back, whatever it is doing.
    until(lambda: agent.metrics()["garim_workers_alive"] > 0, "an inspector is back")
    for worker in agent.workers():
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()
    for future, picture in zip(asked, pictures, strict=True):
        if passed(future.result(), picture):
            assert not picture.listed or profile(agent) == "home"
    crashes = agent.failures("crash") - before
    assert 2 <= crashes <= 4
    agent.heal()
    assert_judged(agent, *pictures)
    assert agent.failures("crash") == before + crashes


def test_a_worker_that_hangs_is_replaced(origin, fresh, tmp_path):
    policy = PATIENT.format(profile="home").replace("60000", "2000")
    with launch(tmp_path, policy) as agent:
        picture = fresh()
        with stopped(agent) as workers:
            assert passed(curl(picture.address, agent=agent), picture)
            assert agent.failures("timeout") == 1
            hung = until(lambda: [w for w in workers if not w.is_running()], "it is ended")
            assert len(hung) == 1
        agent.heal()
        until(lambda: not passed(curl(picture.address, agent=agent), picture), "it is covered")


@pytest.mark.parametrize("bomb", ["pixels", "frames", "gzip"])
def test_a_bomb_costs_one_job(agent, origin, fresh, bomb):
    path = origin.folder / "extra" / f"{bomb}.png"
    if bomb != "gzip":
        path.write_bytes({"pixels": pixel_bomb, "frames": frame_bomb}[bomb]())
    way = "odd/bomb/img/listed-png.png" if bomb == "gzip" else f"extra/{path.name}"
    address = f"{origin.http}/{way}"
    agent.heal()
    workers = {worker.pid for worker in agent.workers()}
    plain = Picture(address, curl(address).body, listed=False)
    before = agent.failures("too-large", "crash", "timeout")
    for times in (1, 2):  # the second time it is opened again: a failure is not remembered
        assert passed(curl(address, agent=agent), plain) == (profile(agent) == "home")
        assert agent.failures("too-large") >= times
        assert agent.failures("too-large", "crash", "timeout") == before + times
    assert {worker.pid for worker in agent.workers()} == workers
    assert_judged(agent, fresh(), fresh(listed=False))
