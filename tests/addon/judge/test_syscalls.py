"""The list of kept system calls; that it holds is proven from the inside by test_sandbox."""

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("seccomp is Linux's", allow_module_level=True)

from garim_addon.judge import syscalls

FORBIDDEN = (
    "socket",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "socketpair",
    "execve",
    "execveat",
    "fork",
    "vfork",
    "clone",
    "clone3",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kill",
    "tkill",
    "rt_sigqueueinfo",
    "pidfd_open",
    "pidfd_send_signal",
    "pidfd_getfd",
    "open",
    "openat",
    "openat2",
    "creat",
    "unlink",
    "unlinkat",
    "rename",
    "renameat2",
    "mkdir",
    "chmod",
    "fchmod",
    "chown",
    "truncate",
    "ftruncate",
    "mount",
    "umount2",
    "setns",
    "unshare",
    "bpf",
    "io_uring_setup",
    "io_uring_enter",
    "perf_event_open",
    "userfaultfd",
    "keyctl",
    "add_key",
    "memfd_create",
    "mmap",
    "mprotect",
    "pkey_mprotect",
    "shmget",
    "shmat",
    "init_module",
    "finit_module",
    "kexec_load",
    "reboot",
    "ioctl",
    "prctl",
    "seccomp",
    "setuid",
    "setgid",
    "setresuid",
    "capset",
    "personality",
)


def test_nothing_dangerous_is_kept_without_a_condition():
    assert set(FORBIDDEN) & set(syscalls._KEPT) == set()


def test_no_call_is_named_twice():
    assert len(set(syscalls._KEPT)) == len(syscalls._KEPT)


@pytest.mark.parametrize("name", ["read", "write", "futex", "exit_group", "munmap"])
def test_what_every_process_needs_is_kept(name):
    assert name in syscalls._KEPT
    assert syscalls._known(name)


def test_an_unknown_call_is_left_out():
    assert not syscalls._known("call_of_another_machine")
