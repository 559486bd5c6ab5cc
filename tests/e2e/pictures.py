"""Pictures that nobody has seen before, and what became of them."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import psutil
from tests.e2e.agent import Agent
from tests.e2e.curl import Reply, curl

from garim_addon.media.sniff import sniff


@dataclass(frozen=True)
class Picture:
    """A picture that nobody has seen before.

    Attributes:
        address: Where it is.
        body: Its bytes.
        listed: Whether it must be covered.
    """

    address: str
    body: bytes
    listed: bool


def passed(reply: Reply, picture: Picture) -> bool:
    """Whether the original came; if not, it must be a whole placeholder."""
    assert (reply.exit, reply.status) == (0, 200), reply.error
    if reply.body == picture.body:
        return True
    assert picture.body[:200] not in reply.body
    assert sniff(reply.body) is not None
    assert reply.header("cache-control") == "no-store"
    return False


def assert_judged(agent: Agent, *pictures: Picture) -> None:
    """Each is judged as it should be, now."""
    for picture in pictures:
        assert passed(curl(picture.address, agent=agent), picture) != picture.listed


def profile(agent: Agent) -> str:
    return "school" if "school" in (agent.home / "config" / "policy.toml").read_text() else "home"


def ask(clients: ThreadPoolExecutor, agent: Agent, pictures) -> list[Future[Reply]]:
    return [clients.submit(curl, picture.address, agent=agent) for picture in pictures]


@contextlib.contextmanager
def stopped(agent: Agent) -> Iterator[list[psutil.Process]]:
    """All inspectors stand still; those that are alive afterwards go on."""
    agent.heal()
    workers = agent.workers()
    assert len(workers) == 2
    for worker in workers:
        worker.suspend()
    try:
        yield workers
    finally:
        for worker in workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.resume()
