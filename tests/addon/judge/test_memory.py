"""The figures that recycling is decided by."""

import subprocess
import sys

import pytest

from garim_addon.judge.memory import Meter

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other figures")


@linux
def test_memory_that_is_taken_is_seen():
    meter = Meter()
    before = meter.rss()
    held = b"x" * (64 << 20)
    assert meter.rss() - before > 48 << 20
    assert meter.virtual() >= meter.rss()
    assert len(held) == 64 << 20


@linux
def test_it_goes_on_when_no_file_can_be_opened():
    script = (
        "import resource; from garim_addon.judge.memory import Meter; meter = Meter();"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)); print(meter.rss() > 0)"
    )
    from garim_addon.judge.process import environment

    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == b"True"
