"""How much memory this process holds, measured from inside, also after files were given up.

Rules:
- The file is opened once, before the sandbox closes the file system, and read again for each job.
- Where the platform has no such figure it is 0, which no limit is compared with.
- What is mapped from files and shared with the other inspectors (lists, libraries) is nobody's own:
  large lists must not make an inspector look grown. That is told apart on Linux only.
"""

import os
import sys

if sys.platform == "linux":
    _PAGE = os.sysconf("SC_PAGE_SIZE")

    class Meter:
        """Reads `/proc/self/statm` through a descriptor that stays open."""

        def __init__(self) -> None:
            self._statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)

        def virtual(self) -> int:
            """Return the size of the address space in bytes."""
            return self._pages(0)

        def data(self) -> int:
            """Return what `RLIMIT_DATA` counts, and the stack, in bytes."""
            return self._pages(5)

        def rss(self) -> int:
            """Return resident memory of its own in bytes, without what is shared through files."""
            return self._pages(1) - self._pages(2)

        def _pages(self, column: int) -> int:
            return int(os.pread(self._statm, 128, 0).split()[column]) * _PAGE

elif sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        _fields_ = (
            ("size", wintypes.DWORD),
            ("page_faults", wintypes.DWORD),
            ("peak_working_set", ctypes.c_size_t),
            ("working_set", ctypes.c_size_t),
            ("quotas", ctypes.c_size_t * 4),
            ("pagefile", ctypes.c_size_t),
            ("peak_pagefile", ctypes.c_size_t),
        )

    class Meter:
        """Asks `K32GetProcessMemoryInfo`."""

        def virtual(self) -> int:
            """Return committed memory in bytes."""
            return int(self._read().pagefile)

        def data(self) -> int:
            """Return committed memory in bytes."""
            return self.virtual()

        def rss(self) -> int:
            """Return the working set in bytes."""
            return int(self._read().working_set)

        def _read(self) -> _Counters:
            counters = _Counters(size=ctypes.sizeof(_Counters))
            kernel = ctypes.WinDLL("kernel32")
            process = wintypes.HANDLE(kernel.GetCurrentProcess())
            kernel.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.size)
            return counters

else:
    import resource

    class Meter:
        """Has only the peak; a worker there is recycled by its largest job."""

        def virtual(self) -> int:
            """Return 0: not known."""
            return 0

        def data(self) -> int:
            """Return 0: not known."""
            return 0

        def rss(self) -> int:
            """Return the largest resident memory so far, in bytes on macOS."""
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
