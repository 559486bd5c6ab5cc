"""Full disks, SIGTERM and kill -9: browsing goes on, ends cleanly, and can begin again."""

import contextlib
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.e2e.agent import PATIENCE, Agent, launch, until
from tests.e2e.curl import curl
from tests.e2e.pictures import ask, assert_judged, passed, stopped
from tests.e2e.steered import steer

pytestmark = pytest.mark.server


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
