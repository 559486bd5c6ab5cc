"""The system calls that an inspector process keeps (Linux, seccomp through libseccomp).

Rules:
- An allow-list: what is not named fails with `EPERM`, so that a decoder that tries gets an error
  and not a kill, and a call that a future kernel brings is refused without anyone's doing.
- Kept: memory that is never both new and executable, threads but no processes, reading of what is
  open, writing to what is open, time, signals to itself, exit.
- Opening files is kept read-only, and only while Landlock says which; without it, it is refused.
  With it goes doubling a descriptor, which Python does with each file that it maps.
- Only the machine's own architecture; any other entry (32-bit on x86-64) ends the process.

Weakness: `write` is kept for every open descriptor; the worker therefore holds none but its pipe,
its measuring file and the null device.
"""

import errno
import fcntl
import mmap
import os

import pyseccomp as seccomp

# fmt: off
_KEPT = (
    # Memory and threads.
    "brk", "munmap", "mremap", "madvise", "futex", "rseq", "set_robust_list", "membarrier",
    "sched_yield", "sched_getaffinity", "getcpu",
    # The pipe and files that are open already.
    "read", "readv", "pread64", "write", "writev", "lseek", "close", "fstat", "newfstatat",
    "statx", "getdents64", "poll", "ppoll",
    # Time, chance, identity.
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "getrandom", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrusage",
    "getrlimit", "uname", "sysinfo",
    # Signals to itself and the end.
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "exit",
    "exit_group",
)
# fmt: on
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x10000


def restrict(*, reading: bool) -> str:
    """Put the filter in force for all threads of this process, for good.

    Args:
        reading: Whether files may still be opened read-only.

    Returns:
        A sentence for the sandbox report.

    Raises:
        OSError: When the kernel refuses the filter.
    """
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    kept = [name for name in _KEPT if _known(name)]
    for name in kept:
        rules.add_rule(seccomp.ALLOW, name)
    _memory(rules)
    _threads(rules)
    _itself(rules)
    if reading:
        _files(rules)
    rules.load()
    return f"{len(kept)} system calls are kept, files {'read-only' if reading else 'closed'}."


def _known(name: str) -> bool:
    """Whether this architecture has the call (`time` is not on arm64)."""
    return bool(seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) >= 0)


def _masked(argument: int, mask: int, value: int) -> seccomp.Arg:
    return seccomp.Arg(argument, seccomp.MASKED_EQ, mask, value)


def _memory(rules: seccomp.SyscallFilter) -> None:
    for name in ("mmap", "mprotect"):
        rules.add_rule(seccomp.ALLOW, name, _masked(2, mmap.PROT_EXEC, 0))


def _threads(rules: seccomp.SyscallFilter) -> None:
    rules.add_rule(seccomp.ALLOW, "clone", _masked(0, _CLONE_THREAD, _CLONE_THREAD))
    # Its flags are behind a pointer that a filter cannot read; libc falls back to clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")


def _itself(rules: seccomp.SyscallFilter) -> None:
    own = seccomp.Arg(0, seccomp.EQ, os.getpid())
    rules.add_rule(seccomp.ALLOW, "tgkill", own)
    rules.add_rule(
        seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.EQ, 0), seccomp.Arg(2, seccomp.EQ, 0)
    )


def _files(rules: seccomp.SyscallFilter) -> None:
    if _known("open"):
        rules.add_rule(seccomp.ALLOW, "open", _masked(1, _WRITING, 0))
    rules.add_rule(seccomp.ALLOW, "openat", _masked(2, _WRITING, 0))
    doubling = seccomp.Arg(1, seccomp.EQ, fcntl.F_DUPFD_CLOEXEC)
    rules.add_rule(seccomp.ALLOW, "fcntl", doubling)
