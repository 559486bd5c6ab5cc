import os
import subprocess
import sys

from bench import memory, processes
from bench.processes import Memory

FOUND = {
    "idle": (Memory("proxy", 90, 70), Memory("inspector 1", 100, 60)),
    "after pages": (Memory("proxy", 130, 110), Memory("inspector 1", 240, None)),
}


def test_one_row_a_moment_and_process():
    rows = memory.table(FOUND).rows
    assert rows[0] == ("proxy, idle", 90, 70)
    assert rows[-1] == ("inspector 1, after pages", 240, None)


def test_the_aims_hold_at_every_moment():
    proxy, inspector = memory.aims(FOUND)
    assert (proxy.measured, proxy.met) == (130, False)
    assert (inspector.measured, inspector.met) == (240, True)


def test_a_proxy_without_inspectors_leaves_that_aim_unmeasured():
    proxy, inspector = memory.aims({"idle": (Memory("proxy", 90, 70),)})
    assert proxy.met is True
    assert inspector.met is None


def test_a_process_and_its_children_are_told_apart():
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        assert child.pid in processes.children(os.getpid())
        rows = processes.memory(os.getpid())
        assert rows[0].name == "proxy"
        assert len(rows) >= 2
        assert all(row.rss > 1 for row in rows)
        assert processes.cpu_seconds(os.getpid()) > 0
        assert processes.children_cpu_seconds(os.getpid()) >= 0
    finally:
        child.communicate()
