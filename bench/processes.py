"""What running processes cost: CPU seconds and memory, the proxy apart from its inspectors."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of one process.

    Attributes:
        name: `proxy`, `inspector 1`, ...
        rss: Resident MB (10^6 bytes), pages shared with others counted in full.
        pss: Resident MB with shared pages counted by share; `None` where the system does not say.
    """

    name: str
    rss: float
    pss: float | None


def cpu_seconds(pid: int) -> float:
    """Return the user and system time of one process, its children not included."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def children(pid: int) -> list[int]:
    """Return the processes that a process started, those of its children included."""
    return sorted(child.pid for child in psutil.Process(pid).children(recursive=True))


def children_cpu_seconds(pid: int) -> float:
    """Return the user and system time of all its living children."""
    return sum(cpu_seconds(child) for child in children(pid))


def memory(pid: int) -> tuple[Memory, ...]:
    """Return the memory of a proxy and of each of its inspectors."""
    rows = [_memory("proxy", pid)]
    rows += [_memory(f"inspector {n}", child) for n, child in enumerate(children(pid), 1)]
    return tuple(rows)


def _memory(name: str, pid: int) -> Memory:
    full = psutil.Process(pid).memory_full_info()
    pss = getattr(full, "pss", None)
    return Memory(name, full.rss / 1e6, None if pss is None else pss / 1e6)
