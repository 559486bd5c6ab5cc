"""Trouble on the way: whatever a server or a disk does, the last good list stays in force."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.agent import PATIENCE
from tests.e2e.mill import Mill, versions
from tests.e2e.origin import need, serve

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


def garim(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `garim lists` of an installation that trusts the test server."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("garim")), "--lang", "en", "lists", *words],
        env={
            "PATH": os.environ["PATH"],
            "GARIM_HOME": str(home),
            "HOME": str(home),
            "SSL_CERT_FILE": str(home / "servers.pem"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Follower:
    """An installation that follows the mill's feed over TLS.

    Args:
        folder: For everything.
    """

    def __init__(self, folder: Path) -> None:
        self.mill = Mill(folder / "mill")
        self.mill.next()
        self.home = folder / "home"
        self.root = self.home / "state" / "lists"
        self.folder = folder

    def follow(self, address: str, authority: Path) -> None:
        """Add the feed and sync."""
        self.home.mkdir()
        (self.home / "servers.pem").write_bytes(authority.read_bytes())
        root = self.folder / "root.json"
        root.write_bytes(self.mill.root)
        done = garim(self.home, "add", address, "--root", str(root), "--yes")
        assert done.returncode == 0, done.stderr
        done = garim(self.home, "sync")
        assert done.returncode == 0, done.stderr
        assert self.found() == [1]

    def found(self) -> list[int]:
        """Which versions the index in force names."""
        return versions(self.root, self.mill.version)

    def trouble(self) -> str:
        """Sync where that must fail; returns the sentence."""
        done = garim(self.home, "sync")
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.strip() or done.stdout.strip()
        return done.stdout + done.stderr


@pytest.fixture
def follower(tmp_path) -> Iterator[Follower]:
    need("nginx")
    made = Follower(tmp_path)
    (tmp_path / "nginx").mkdir()
    with serve(made.mill.published, tmp_path / "nginx") as origin:
        made.follow(origin.https, origin.certificates.authority)
        yield made


def test_a_half_written_publish_changes_nothing_and_heals(follower):
    mill = follower.mill
    before = {path for path in mill.published.rglob("*") if path.is_file()}
    mill.next()
    segments = [p for p in mill.published.rglob("*.seg") if p not in before]
    assert segments
    kept = {path: path.read_bytes() for path in segments}
    for path in segments:
        path.unlink()
    follower.trouble()
    assert follower.found() == [1]
    for path, data in kept.items():
        path.write_bytes(data)
    assert garim(follower.home, "sync").returncode == 0
    assert follower.found() == [2]


def test_a_segment_that_was_tampered_with_is_refused(follower):
    mill = follower.mill
    before = set(mill.published.rglob("*.seg"))
    mill.next()
    for path in set(mill.published.rglob("*.seg")) - before:
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    follower.trouble()
    assert follower.found() == [1]


def test_a_server_that_is_down_changes_nothing(tmp_path):
    need("nginx")
    follower = Follower(tmp_path)
    (tmp_path / "nginx").mkdir()
    with serve(follower.mill.published, tmp_path / "nginx") as origin:
        follower.follow(origin.https, origin.certificates.authority)
    follower.trouble()
    assert follower.found() == [1]
    status = json.loads(garim(follower.home, "status", "--json").stdout)
    assert "mill" in json.dumps(status)


def test_an_older_publication_is_refused(follower, tmp_path):
    mill = follower.mill
    old = tmp_path / "old"
    shutil.copytree(mill.published, old)
    mill.next()
    assert garim(follower.home, "sync").returncode == 0
    assert follower.found() == [2]
    for path in old.rglob("*"):
        if path.is_file():
            shutil.copyfile(path, mill.published / path.relative_to(old))
    follower.trouble()
    assert follower.found() == [2]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk")
def test_a_full_disk_changes_nothing_and_heals(follower, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m,mode=700", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting needs root")
    with contextlib.ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", "-l", str(small)], check=False)
        shutil.copytree(follower.root, small / "lists")
        shutil.rmtree(follower.root)
        follower.root.symlink_to(small / "lists", target_is_directory=True)
        assert follower.found() == [1]
        filler = small / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
        follower.mill.next()
        follower.trouble()
        assert follower.found() == [1]
        filler.unlink()
        assert garim(follower.home, "sync").returncode == 0
        assert follower.found() == [2]
