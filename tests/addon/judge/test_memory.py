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
def test_what_is_mapped_from_files_is_nobodys_own(tmp_path):
    with (tmp_path / "list").open("xb") as file:
        file.truncate(64 << 20)
    own, data, virtual = map(
        int,
        run(
            "import mmap; from garim_addon.judge.memory import Meter; meter = Meter();"
            "before = meter.rss(), meter.data(), meter.virtual();"
            f"file = open({str(tmp_path / 'list')!r}, 'rb');"
            "held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ);"
            "sum(held[::4096]);"
            "after = meter.rss(), meter.data(), meter.virtual();"
            "print(*(b - a for a, b in zip(before, after)))"
        ),
    )
    assert own < 8 << 20
    assert data < 8 << 20
    assert virtual >= 64 << 20


@linux
def test_it_goes_on_when_no_file_can_be_opened():
    script = (
        "import resource; from garim_addon.judge.memory import Meter; meter = Meter();"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)); print(meter.rss() > 0)"
    )
    assert run(script) == ["True"]
