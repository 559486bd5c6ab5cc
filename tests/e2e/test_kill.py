"""Whatever is killed, bombed or full: the proxy stays, policy decides, nothing becomes clean."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from PIL import Image
from tests.e2e.agent import PATIENCE, PATIENT, Agent, launch, until
from tests.e2e.bombs import frame_bomb, pixel_bomb
from tests.e2e.curl import Reply, curl
from tests.e2e.origin import Origin
from tests.e2e.steered import steer

from garim_addon.media.sniff import sniff
from garim_addon.verdict import FailureCause, Reason
from garim_models.testmedia import LISTED

pytestmark = pytest.mark.server

PROFILES = ("home", "school")


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


@pytest.fixture(params=PROFILES)
def agent(request) -> Agent:
    """The running Garim of each profile."""
    return request.getfixturevalue({"home": "garim", "school": "school"}[request.param])


@pytest.fixture
def fresh(origin: Origin):
    """Makes pictures whose digest is in no cache; the listed ones are known by their looks only."""
    folder = origin.folder / "extra" / uuid.uuid4().hex
    folder.mkdir()

    def make(*, listed: bool = True) -> Picture:
        source = LISTED if listed else origin.folder / "img" / "ordinary-jpeg.jpg"
        path = folder / f"{uuid.uuid4().hex}.jpg"
        Image.open(source).convert("RGB").save(path, quality=85, comment=path.stem.encode())
        address = f"{origin.http}/{path.relative_to(origin.folder)}"
        return Picture(address, path.read_bytes(), listed)

    return make


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(12) as pool:
        yield pool


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


@dataclass(frozen=True)
class Disk:
    """A disk that can be full.

    Attributes:
        home: A home on it.
        fill: Makes it full, for this process.
        free: Makes room again.
    """

    home: Path

    def fill(self, agent: Agent) -> None:
        """No file of Garim's can grow; SQLite sees an I/O error."""
        psutil.Process(agent.process.pid).rlimit(psutil.RLIMIT_FSIZE, (0, resource_infinity()))

    def free(self, agent: Agent) -> None:
        """Files can grow again."""
        most = resource_infinity()
        psutil.Process(agent.process.pid).rlimit(psutil.RLIMIT_FSIZE, (most, most))


class MountedDisk(Disk):
    """A real one, small and in memory; SQLite sees "disk full"."""

    def fill(self, agent: Agent) -> None:
        """Use up every last byte."""
        with contextlib.suppress(OSError), (self.home / "filler").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self, agent: Agent) -> None:
        """Make room."""
        (self.home / "filler").unlink()


def resource_infinity() -> int:
    import resource

    return resource.RLIM_INFINITY


@contextlib.contextmanager
def mounted(folder: Path) -> Iterator[bool]:
    """Mount a small disk on `folder`, where that is allowed."""
    command = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "garim-test", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False) if os.geteuid() == 0 else None
    if done is None or done.returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def kinds(folder: Path) -> tuple[str, ...]:
    """A real disk where it can be mounted, and the limit everywhere."""
    folder.mkdir(exist_ok=True)
    with mounted(folder) as real:
        return ("limit", "mount") if real else ("limit",)


def test_a_full_disk_for_cache_and_log(origin, fresh, tmp_path):
    for kind in kinds(tmp_path / "try"):
        home = tmp_path / kind
        home.mkdir()
        with contextlib.ExitStack() as stack:
            if kind == "mount":
                assert stack.enter_context(mounted(home))
            _browse_on(MountedDisk(home) if kind == "mount" else Disk(home), fresh)


def _browse_on(disk: Disk, fresh) -> None:
    with launch(disk.home) as agent:
        assert_judged(agent, fresh(), fresh(listed=False))
        assert _lost(agent) == (0, 0)

        def browse_on() -> bool:
            disk.fill(agent)
            assert_judged(agent, fresh(), fresh(listed=False))
            return min(_lost(agent)) > 0

        until(browse_on, "log and cache both say that they lose")
        disk.free(agent)
        picture = fresh()
        assert_judged(agent, picture)
        until(lambda: agent.events(picture.address), "the log is written again")


def _lost(agent: Agent) -> tuple[float, float]:
    figures = agent.metrics()
    log = sum(v for k, v in figures.items() if k.startswith("garim_events_dropped_total"))
    return log, figures['garim_cache_errors_total{cause="write"}']


def test_sigterm_under_load_ends_cleanly(origin, fresh, clients, tmp_path):
    pictures = [fresh(listed=bool(number % 2)) for number in range(6)]
    with steer() as server, launch(tmp_path) as agent:
        # An answer that never ends is open for sure when the end comes.
        asked = [clients.submit(curl, f"{server.address}/events", agent=agent)]
        asked += ask(clients, agent, pictures)
        slow = f"{origin.odd}/slow/extra/notes.txt"
        asked += [clients.submit(curl, slow, agent=agent) for _ in range(3)]
        port = int(server.address.rpartition(":")[2])
        until(lambda: _connected(agent, port), "an answer is under way")
        family = psutil.Process(agent.process.pid).children(recursive=True)
        assert len(family) >= 2
        assert agent.stop() == 0
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)
        assert not alive
        server.go.set()
        replies = [each.result() for each in asked]
    for reply, picture in zip(replies[1:7], pictures, strict=True):
        if reply.exit == 0 and reply.status == 200:
            assert passed(reply, picture) != picture.listed
        else:
            assert not picture.listed or picture.body not in reply.body


def _connected(agent: Agent, port: int) -> bool:
    connections = psutil.Process(agent.process.pid).net_connections()
    return any(each.raddr and each.raddr.port == port for each in connections)


def test_kill_9_leaves_nobody_behind_and_the_state_is_good(origin, fresh, clients, tmp_path):
    known, waiting = fresh(listed=False), fresh()
    with launch(tmp_path) as agent:
        assert_judged(agent, known)
        cache = agent.state / "verdicts.sqlite"
        until(lambda: _rows(cache) >= 2, "the finding is on the disk")
        root = agent.authority.read_bytes()
        with stopped(agent) as workers:
            asked = ask(clients, agent, [waiting])
            until(lambda: agent.metrics()["garim_buffered_bytes"] > 0, "a picture is held")
            agent.process.send_signal(signal.SIGKILL)
            agent.process.wait()
            # The kernel ends them, even those that stand still in mid-job.
            _, alive = psutil.wait_procs(workers, timeout=PATIENCE)
            assert not alive
        reply = asked[0].result()
        assert waiting.body[:200] not in reply.body
    with launch(tmp_path) as agent:
        assert agent.authority.read_bytes() == root
        assert_judged(agent, known, waiting)
        assert agent.metrics()['garim_cache_total{result="hit"}'] == 1


def _rows(cache: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"{cache.as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM verdicts").fetchone()[0])
