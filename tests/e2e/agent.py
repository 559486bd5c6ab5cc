"""Garim as its user runs it: the real `garim run` in a process of its own, with a home of its own.

Rules:
- Any free port; the printed address counts. English messages. No environment that could help it.
- A traceback on standard error fails the test that ends it.
- Ends with SIGTERM, and exit code 0 is required unless the test ended it itself.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from garim_addon.record.entry import Entry
from garim_addon.record.reader import EventReader

PATIENCE = 90.0
"""Seconds for anything to happen; only a failing test waits so long."""
PATIENT = """
profile = "{profile}"
[limits]
deadline_ms = 60000
queue = 1000
workers = 2
[log]
plain_addresses = true
"""
"""A policy under which a busy machine changes no verdict."""
_LISTENS = re.compile(r"127\.0\.0\.1:(\d+)")
_READY = "/metrics"


def program() -> str:
    """Return the installed console script."""
    return str(Path(sys.executable).with_name("garim"))


def until[T](what: Callable[[], T], why: str, patience: float = PATIENCE) -> T:
    """Ask until the answer is true, and return it; for what announces itself to nobody."""
    deadline = time.monotonic() + patience
    while not (answer := what()):
        assert time.monotonic() < deadline, f"waited in vain until {why}"
        time.sleep(0.02)
    return answer


@dataclass
class Agent:
    """A running Garim.

    Attributes:
        process: `garim run`.
        home: Its `GARIM_HOME`.
        metrics_port: Where it serves its figures.
        said: Lines of standard error.
        port: Its proxy port.
    """

    process: subprocess.Popen[str]
    home: Path
    metrics_port: int
    said: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def proxy(self) -> str:
        """`host:port` for a browser."""
        return f"127.0.0.1:{self.port}"

    @property
    def state(self) -> Path:
        """Its state folder."""
        return self.home / "state"

    @property
    def authority(self) -> Path:
        """Its root certificate."""
        return self.state / "authority" / "root.crt"

    def metrics(self) -> dict[str, float]:
        """Its figures by Prometheus' names, labels included."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}

    def failures(self, *causes: str) -> float:
        """How many pictures could not be judged, by these causes."""
        figures = self.metrics()
        return sum(figures[f'garim_failures_total{{cause="{cause}"}}'] for cause in causes)

    def workers(self) -> list[psutil.Process]:
        """Its inspector processes."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        with contextlib.suppress(psutil.NoSuchProcess):
            return [each for each in children if each.status() != psutil.STATUS_ZOMBIE]
        return []

    def heal(self, size: int = 2) -> None:
        """Wait until all inspectors are there again."""
        until(lambda: self.metrics()["garim_workers_alive"] == size, "the pool is whole again")

    def events(self, address: str) -> list[Entry]:
        """What its log says of an address, oldest first."""
        found = EventReader(self.state / "log").recent(10_000)
        return [entry for entry in reversed(found) if entry.address == address]

    def stop(self) -> int:
        """End it as a service manager would; returns its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def launch(
    home: Path,
    policy: str = PATIENT.format(profile="home"),
    extra_ca: Path | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Agent]:
    """Run Garim until the block ends.

    Args:
        home: Its home; one that was used before is used again.
        policy: Content of its policy file.
        extra_ca: Certificates of servers to trust besides the system's.
        environment: Variables that it is given besides what it needs.
    """
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "policy.toml").write_text(policy, "utf-8")
    metrics = free_port()
    command = [program(), "--lang", "en", "run", "--port", "0", "--metrics-port", str(metrics)]
    if extra_ca is not None:
        command += ["--extra-ca", str(extra_ca)]
    names = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "COVERAGE_PROCESS_START")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    process = subprocess.Popen(
        command,
        env=kept | dict(environment) | {"GARIM_HOME": str(home), "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    agent = Agent(process, home, metrics)
    listener = threading.Thread(target=_listen, args=(agent,), daemon=True)
    listener.start()
    try:
        _wait_for_port(agent)
        yield agent
        mine = process.poll() is None
        status = agent.stop()
        assert not mine or status == 0, f"exit code {status}: {''.join(agent.said)}"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        listener.join(PATIENCE)
        assert process.stderr is not None
        process.stderr.close()
    assert "Traceback" not in "".join(agent.said), "".join(agent.said)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _listen(agent: Agent) -> None:
    assert agent.process.stderr is not None
    for line in agent.process.stderr:
        agent.said.append(line)


def _wait_for_port(agent: Agent) -> None:
    def settled() -> bool:
        return agent.process.poll() is not None or any(_READY in line for line in agent.said)

    until(settled, "garim run listens")
    if agent.process.poll() is not None:
        pytest.fail(f"garim run ended with {agent.process.returncode}: {''.join(agent.said)}")
    found = _LISTENS.search("".join(agent.said))
    assert found is not None
    agent.port = int(found[1])
