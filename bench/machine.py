"""What the figures were measured on: never its host name or user.

The load average is part of every result: figures of a busy machine are ratios at best.
"""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("mitmproxy", "onnxruntime", "pillow", "numpy", "cryptography")
TOOLS = {
    "nginx": ("nginx", "-v"),
    "wrk": ("wrk", "-v"),
    "node": ("node", "--version"),
}


def describe() -> dict[str, Any]:
    """Name the machine and the versions that matter."""
    return {
        "CPU": cpu_model(_read("/proc/cpuinfo")),
        "Cores": cores(),
        "Memory": f"{round(_memory_bytes() / (1 << 30))} GiB",
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": sys.version.split()[0],
        "Packages": ", ".join(f"{name} {_package(name)}" for name in PACKAGES),
        "Tools": ", ".join(f"{name} {_tool(command)}" for name, command in TOOLS.items()),
        "Date": datetime.now(UTC).date().isoformat(),
    }


def slug(machine: dict[str, Any]) -> str:
    """Return a file name for this machine's results."""
    words = f"{machine['CPU']} {machine['Cores']} cores".lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load() -> float:
    """Return the load average of the last minute, 0 where there is none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def cpu_model(cpuinfo: str) -> str:
    """Return the CPU's name from the text of `/proc/cpuinfo`, else what Python knows."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()


def tool_version(output: str) -> str:
    """Return the first version number in what a tool says of itself, or `?`."""
    found = re.search(r"\d+\.\d+(?:\.\d+)*", output)
    return found[0] if found else "?"


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def _tool(command: tuple[str, ...]) -> str:
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except OSError:
        return "missing"
    return tool_version(said.stdout + said.stderr)


def _memory_bytes() -> int:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 0


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return ""
