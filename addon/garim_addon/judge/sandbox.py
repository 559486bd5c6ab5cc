"""What an inspector process gives up once it is loaded, because it will decode hostile bytes.

Rules:
- Applied after models and lists are loaded and before the first job; nothing undoes it.
- Each part reports whether it is in force. A part that this machine lacks (another operating
  system, an old kernel, no libseccomp) is left out aloud: the worker goes on, the report says why.
- Linux gives up: memory beyond the budget, files (Landlock: read-only in the folders of models and
  lists, so that lists which come later can be opened, and nothing else), network, new processes,
  other processes' memory (seccomp allow-list, see `judge.syscalls`), core dumps, privileges,
  priority.
- macOS and Windows have no counterpart that an unprivileged process can use from Python without
  code of its own: there only priority and, on macOS, core dumps and file size are given up.

Weakness: Landlock in kernels before 7.0 covers the calling thread and those it starts later, so the
report says "off" for it when the process already has other threads.
"""

import contextlib
import ctypes
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.memory import Meter
from garim_addon.judge.sandbox_report import SandboxPart
from garim_feed.lookup.generation_file import MAX_LISTS

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL = 9
_MAX_OPEN_FILES = 4 * MAX_LISTS + 64
"""Each part of a list (two at most) stays open while it is mapped, those of the old lists until the
new ones are in force. What can be opened at all are files of the lists' and models' folders."""
_MAPS = 64 << 30
"""Bytes of address space for lists: they are mapped read-only and cost no memory of the process's
own, so the budget does not count them."""
_LANDLOCK, _SECCOMP = "landlockpy", "garim_addon.judge.syscalls"
_absent: dict[str, str] = {}
"""Why a module of `prepare` could not be imported; it must not be tried again in the sandbox."""


class _AbsentError(Exception):
    """A part that this machine does not have; its text goes into the report."""


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it ends (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            _prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def prepare() -> None:
    """Import what `apply` needs while files and processes can still be opened."""
    for name in (_LANDLOCK, _SECCOMP):
        try:
            importlib.import_module(name)
        except (ImportError, RuntimeError, OSError) as error:
            _absent[name] = str(error)


def switched_off() -> tuple[SandboxPart, ...]:
    """Return the report of a worker whose configuration says `sandbox = False`."""
    return (SandboxPart("sandbox", False, "Switched off by configuration."),)


def apply(config: WorkerConfig) -> tuple[SandboxPart, ...]:
    """Give up everything; returns the report.

    Args:
        config: `memory`, `nice` and `folders` are used.
    """
    files_closed = False

    def files() -> str:
        nonlocal files_closed
        detail = _landlock(config.folders)
        files_closed = True
        return detail

    return (
        _part("priority", lambda: _priority(config.nice)),
        _part("core", lambda: _limit("RLIMIT_CORE", 0, "No core dump is written.")),
        _part("size", lambda: _limit("RLIMIT_FSIZE", 0, "No file can grow.")),
        _part("memory", lambda: _memory(config.memory)),
        _part("privileges", _privileges),
        _part("landlock", files),
        _part("files", _open_files),
        _part("seccomp", lambda: _seccomp(reading=files_closed)),
    )


def _part(name: str, put_in_force: Callable[[], str]) -> SandboxPart:
    try:
        return SandboxPart(name, True, put_in_force())
    except (_AbsentError, OSError, ImportError, RuntimeError, ValueError) as error:
        return SandboxPart(name, False, (str(error) or type(error).__name__)[:200])


def _priority(nice: int) -> str:
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        below_normal = 0x4000
        if not kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal):
            raise OSError("SetPriorityClass refused")
        return "Below normal."
    os.nice(max(0, nice - os.nice(0)))
    if sys.platform == "linux":
        # The proxy must be the last to be killed when memory runs out, the inspectors the first.
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    return f"Nice {nice}."


def _limit(name: str, value: int, detail: str) -> str:
    if sys.platform == "win32":
        raise _AbsentError("Windows has no such limit for a process.")
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(getattr(resource, name), (value, value))
    return detail


def _open_files() -> str:
    if sys.platform == "win32":
        raise _AbsentError("Windows has no such limit for a process.")
    import resource  # noqa: PLC0415 - not on Windows

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(_MAX_OPEN_FILES, hard)
    return _limit("RLIMIT_NOFILE", most, f"{most} files at a time.")


def _memory(budget: int) -> str:
    if sys.platform != "linux":
        raise _AbsentError("Only Linux limits a process's own memory.")
    meter = Meter()
    _limit("RLIMIT_AS", meter.virtual() + budget + _MAPS, "")
    # Counts what is private and writable, wherever it comes from; read-only maps are free.
    return _limit(
        "RLIMIT_DATA", meter.data() + budget, f"{budget >> 20} MiB beyond what is loaded."
    )


def _privileges() -> str:
    if sys.platform != "linux":
        raise _AbsentError("Only on Linux.")
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_DUMPABLE, 0)
    return "No new privileges, no debugger of the same user."


def _landlock(folders: tuple[Path, ...]) -> str:
    _require(_LANDLOCK)
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are all that is needed
    if threads > 1:
        raise _AbsentError(f"{threads - 1} threads are running already and would stay outside.")
    import landlockpy  # noqa: PLC0415 - only on Linux

    if not landlockpy.supported():
        raise _AbsentError("This kernel has no Landlock.")
    access, scope = landlockpy.AccessFS, landlockpy.Scope
    there = [folder for folder in folders if folder.is_dir()]
    with landlockpy.Ruleset(scoped=scope.ABSTRACT_UNIX_SOCKET | scope.SIGNAL) as rules:
        for folder in there:
            rules.allow_path(folder, access.READ_FILE | access.READ_DIR)
        rules.restrict()
        return f"Reads {len(there)} folders, ABI {rules.abi_version}."


def _seccomp(*, reading: bool) -> str:
    _require(_SECCOMP)
    from garim_addon.judge import syscalls  # noqa: PLC0415 - only on Linux

    return syscalls.restrict(reading=reading)


def _require(name: str) -> None:
    if sys.platform != "linux":
        raise _AbsentError("Only on Linux.")
    if name in _absent:
        raise _AbsentError(_absent[name])


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
