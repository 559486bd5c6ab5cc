"""Load from outside: wrk for HTTP through a proxy, hey for HTTPS and HTTP/2; their output, parsed.

Rules:
- A load that meets any error is worth nothing: it raises, it is not averaged in.
- Both tools keep 16 connections open for the whole slice; the number of answers is the tool's own.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.context import tool
from bench.origin import INSPECTED, PAGE, Origin

CONNECTIONS = 16
PROTOCOLS = ("HTTP", "HTTPS/1.1", "HTTP/2")
_LUA = """
function request()
    return wrk.format("GET", "{url}", {{["Host"] = "{host}"}})
end
"""
_UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}


class LoadError(Exception):
    """A load met errors or its output could not be read."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load did.

    Attributes:
        answers: Good answers.
        rate: Answers a second.
    """

    answers: int
    rate: float


def put(protocol: str, proxy_port: int, origin: Origin, seconds: float, folder: Path) -> Load:
    """Load a proxy for some seconds.

    Args:
        protocol: One of `PROTOCOLS`.
        proxy_port: Where the proxy listens.
        origin: What is asked for.
        seconds: How long.
        folder: Where wrk's script is written.

    Raises:
        LoadError: When anything but 200 came back.
    """
    if protocol == "HTTP":
        return parse_wrk(_wrk(proxy_port, origin, seconds, folder))
    return parse_hey(_hey(protocol, proxy_port, origin, seconds))


def parse_wrk(output: str) -> Load:
    """Read wrk's summary.

    Raises:
        LoadError: When it is not one, or names errors.
    """
    total = re.search(r"^\s*(\d+) requests in ([\d.]+)(ms|s|m)", output, re.MULTILINE)
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", output, re.MULTILINE)
    if total is None or rate is None:
        raise LoadError(f"wrk said: {output.strip()[-200:]}")
    for trouble in ("Socket errors", "Non-2xx"):
        line = re.search(rf"^.*{trouble}.*$", output, re.MULTILINE)
        if line is not None:
            raise LoadError(line[0].strip())
    return Load(int(total[1]), float(rate[1]))


def parse_hey(output: str) -> Load:
    """Read hey's summary.

    Raises:
        LoadError: When it is not one, or names errors.
    """
    codes = re.findall(r"^\s*\[(\d{3})\]\s+(\d+) responses", output, re.MULTILINE)
    rate = re.search(r"^\s*Requests/sec:\s+([\d.]+)", output, re.MULTILINE)
    errors = re.search(r"Error distribution:\s+(\[\d+\].*)", output)
    if errors is not None:
        raise LoadError(errors[1].strip())
    if not codes or rate is None or any(code != "200" for code, _ in codes):
        raise LoadError(f"hey said: {output.strip()[-200:]}")
    return Load(sum(int(count) for _, count in codes), float(rate[1]))


def _wrk(proxy_port: int, origin: Origin, seconds: float, folder: Path) -> str:
    host = f"{INSPECTED}:{origin.http}"
    script = folder / "absolute.lua"
    script.write_text(_LUA.format(url=f"http://{host}/{PAGE}", host=host), "utf-8")
    # wrk knows whole seconds only.
    command = [tool("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    return _run([*command, "-s", str(script), f"http://{INSPECTED}:{proxy_port}/"], seconds)


def _hey(protocol: str, proxy_port: int, origin: Origin, seconds: float) -> str:
    command = [tool("hey"), "-z", f"{seconds}s", "-c", str(CONNECTIONS), "-cpus", "1"]
    command += ["-disable-compression", "-x", f"http://{INSPECTED}:{proxy_port}"]
    if protocol == "HTTP/2":
        command.append("-h2")
    return _run([*command, f"https://{INSPECTED}:{origin.https}/{PAGE}"], seconds)


def _run(command: list[str], seconds: float) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 60, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"{command[0]} did not end") from error
    if done.returncode:
        raise LoadError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-200:]}")
    return done.stdout
