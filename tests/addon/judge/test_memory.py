"""The figures that recycling is decided by."""

import subprocess
import sys

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other figures")


def run(script):
    """Run a script in a process of its own: this one's memory moves with the tests before."""
    from garim_addon.judge.process import environment

    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode().split()


@linux
def test_memory_that_is_taken_is_seen():
    grown, rss, virtual = map(
        int,
        run(
            "from garim_addon.judge.memory import Meter; meter = Meter(); before = meter.rss();"
            "held = bytearray(b'x') * (64 << 20);"
            "print(meter.rss() - before, meter.rss(), meter.virtual(), len(held) and '')"
        ),
    )
    assert grown > 48 << 20
    assert virtual >= rss


@linux
def test_it_goes_on_when_no_file_can_be_opened():
    script = (
        "import resource; from garim_addon.judge.memory import Meter; meter = Meter();"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)); print(meter.rss() > 0)"
    )
    assert run(script) == ["True"]
