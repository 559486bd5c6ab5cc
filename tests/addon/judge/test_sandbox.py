"""What a process inside the sandbox can still do, tried from the inside."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from garim_addon.judge import sandbox
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.process import environment

PROBE = Path(__file__).with_name("sandbox_probe.py")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

NEVER = (
    "read outside",
    "list outside",
    "read memory",
    "write inside",
    "write outside",
    "delete",
    "memory",
    "map it as memory",
)
NEVER_WITH_SECCOMP = (
    "internet socket",
    "datagram socket",
    "unix socket",
    "exec",
    "process",
    "fork",
    "signal others",
    "privileges",
)


def probe(folder, *absent):
    inside = folder / "room"
    inside.mkdir()
    (inside / "inside.txt").write_text("a list")
    with (inside / "large.idx").open("xb") as file:
        file.truncate(3 << 30)  # more than the budget; it takes no room on the disk
    command = [sys.executable, "-P", str(PROBE), str(inside), *absent]
    done = subprocess.run(command, env=environment(), capture_output=True, check=False, timeout=120)
    assert done.stdout, done.stderr.decode()
    assert (inside / "inside.txt").read_text() == "a list"
    assert not (folder / "outside.txt").exists()
    return json.loads(done.stdout)


@linux
def test_everything_is_in_force_and_work_goes_on(tmp_path):
    report = probe(tmp_path)
    assert report["threads"] == 1  # else Landlock would leave some outside
    off = {name: detail for name, (active, detail) in report["parts"].items() if not active}
    assert not off
    tried = report["tried"]
    for name in (*NEVER, *NEVER_WITH_SECCOMP):
        assert tried[name] in {"PermissionError", "MemoryError", "OSError"}, name
    assert tried["read inside"] == "worked"
    assert tried["map a large list"] == "worked"
    assert tried["thread"] == "worked"
    assert len(report["decoded"]) == 8
    assert report["inferred"] == [1, 4, 30, 30]


@linux
def test_landlock_alone_closes_the_file_system(tmp_path):
    report = probe(tmp_path, "pyseccomp")
    active, detail = report["parts"]["seccomp"]
    assert not active
    assert "pyseccomp" in detail
    assert report["parts"]["landlock"][0]
    tried = report["tried"]
    assert [name for name in NEVER if tried[name] == "worked"] == []
    assert tried["read inside"] == "worked"


@linux
def test_seccomp_alone_closes_every_file(tmp_path):
    report = probe(tmp_path, "landlockpy")
    active, detail = report["parts"]["landlock"]
    assert not active
    assert "landlockpy" in detail
    tried = report["tried"]
    forbidden = (*NEVER, *NEVER_WITH_SECCOMP, "read inside")
    assert [name for name in forbidden if tried[name] == "worked"] == []
    assert report["inferred"] == [1, 4, 30, 30]


def test_switched_off_is_said_aloud():
    (part,) = sandbox.switched_off()
    assert not part.active
    assert "configuration" in part.detail


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_report_what_they_lack(monkeypatch, platform):
    """Only parts that do nothing there are put to the test; others would bind this process."""
    monkeypatch.setattr(sandbox.sys, "platform", platform)
    for action in (
        lambda: sandbox._memory(1 << 30),
        sandbox._privileges,
        lambda: sandbox._landlock(()),
        lambda: sandbox._seccomp(reading=True),
    ):
        part = sandbox._part("part", action)
        assert not part.active
        assert part.detail


def test_a_part_that_fails_is_off_with_its_reason():
    def refuse():
        raise OSError(1, "Operation not permitted")

    part = sandbox._part("seccomp", refuse)
    assert not part.active
    assert "not permitted" in part.detail


def test_folders_are_those_of_the_configuration():
    config = WorkerConfig(models=Path("/a"), lists=Path("/b"))
    assert config.folders == (Path("/a"), Path("/b"))
    assert WorkerConfig().folders == ()
