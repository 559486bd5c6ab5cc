"""The proxies that are compared, each started as its users start it.

Rules:
- Garim as `garim run`, with a fresh `GARIM_HOME`; mitmproxy as `mitmdump -q` from the same
  environment, with nothing set but the port, a fresh folder and the origin's authority.
- A proxy is ready when it listens; Garim's inspectors are ready by then.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.context import SkippedError, environment, script
from bench.origin import EXEMPT, INSPECTED, Origin, free_port, wait_for

_START = 60.0
_RUN = "from garim_agent.main import main; main()"
_GARIM_AUTHORITY = Path("state") / "authority" / "root.crt"
_POLICY = f"""profile = "home"

[hosts]
exempt = ["{EXEMPT}"]
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy.

    Attributes:
        name: How the tables call it.
        port: Where it listens on `INSPECTED`.
        pid: Its process.
        home: Its folder.
        authority: PEM file of its certificate authority.
    """

    name: str
    port: int
    pid: int
    home: Path
    authority: Path


@contextlib.contextmanager
def garim(origin: Origin, home: Path) -> Iterator[Proxy]:
    """Run Garim with `EXEMPT` exempt by policy.

    Raises:
        SkippedError: When it does not start.
    """
    (home / "config").mkdir(parents=True)
    (home / "config" / "policy.toml").write_text(_POLICY, "utf-8")
    port = free_port()
    command = [sys.executable, "-c", _RUN, "run", f"--port={port}"]
    command += [f"--extra-ca={origin.authority}"]
    with _running("garim run", command, port, home) as pid:
        yield Proxy("Garim", port, pid, home, home / _GARIM_AUTHORITY)


@contextlib.contextmanager
def mitmdump(origin: Origin, home: Path) -> Iterator[Proxy]:
    """Run stock mitmproxy.

    Raises:
        SkippedError: When it is not installed or does not start.
    """
    home.mkdir(parents=True)
    port = free_port()
    command = [script("mitmdump"), "-q", f"--listen-host={INSPECTED}", f"--listen-port={port}"]
    for option in (f"confdir={home}", f"ssl_verify_upstream_trusted_ca={origin.authority}"):
        command += ["--set", option]
    with _running("mitmdump", command, port, home) as pid:
        yield Proxy("mitmdump -q", port, pid, home, home / "mitmproxy-ca-cert.pem")


def garim_command(home: Path, *words: str) -> str:
    """Run another command of Garim on the same folder and return what it prints.

    Raises:
        SkippedError: When it fails.
    """
    command = [sys.executable, "-c", _RUN, *words]
    env = environment(GARIM_HOME=str(home))
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise SkippedError(f"garim {words[0]} failed: {done.stderr.strip()[-200:]}")
    return done.stdout


@contextlib.contextmanager
def _running(name: str, command: list[str], port: int, home: Path) -> Iterator[int]:
    errors = home / "stderr"
    with errors.open("wb") as stream:
        env = environment(GARIM_HOME=str(home))
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=stream)
    try:
        try:
            wait_for(port, process, name, _START)
        except SkippedError as error:
            said = errors.read_text("utf-8", "replace").strip().splitlines()
            raise SkippedError(f"{error}: {said[-1] if said else 'no message'}") from None
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
