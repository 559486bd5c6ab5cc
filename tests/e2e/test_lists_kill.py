"""kill -9 at any instant leaves the old lists or the new ones, never none, never a mixture.

Each kill hits a real program with everything that it started, at a moment that chance chooses.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.mill import PEOPLE, Mill, versions

from garim_feed.sync.store import ListStore
from garim_feed.sync.update import update

pytestmark = pytest.mark.timeout(1500)

SHARE = 1.0 if os.environ.get("CI") == "true" else 0.1
UPDATE_KILLS, PUBLISH_KILLS = round(120 * SHARE), round(80 * SHARE)
"""Two hundred together; a person who runs all tests gets a tenth of them."""
BIN = Path(sys.executable).parent


def kill_somewhere(command: list[str], environment: dict[str, str], longest: float) -> bool:
    """Run a program and kill it, and all that it started, at some moment; whether it was hit."""
    process = subprocess.Popen(
        command,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(random.uniform(0.0, longest))
    hit = process.poll() is None
    if hit:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return hit


def test_killed_updates_leave_the_old_or_the_new_list(tmp_path):
    mill = Mill(tmp_path / "mill")
    mill.next()
    home = tmp_path / "home"
    root = home / "state" / "lists"
    store = ListStore(root)
    store.add("mill", mill.published.as_uri(), mill.root)
    update(store)
    assert versions(root, 1) == [1]
    seen, hits, longest = 1, 0, 1.0
    command = [str(BIN / "garim"), "lists", "sync"]
    for _ in range(UPDATE_KILLS):
        if seen == mill.version:
            mill.next()
        began = time.monotonic()
        hit = kill_somewhere(command, {"GARIM_HOME": str(home), "HOME": str(home)}, longest)
        hits += hit
        # As long as a whole update takes on this machine now, so that every part of it is hit.
        longest = 0.9 * longest + 0.1 * (1.5 * longest if hit else time.monotonic() - began)
        (found,) = versions(root, mill.version)
        assert seen <= found <= mill.version
        seen = found
    assert hits > UPDATE_KILLS // 4
    update(store)
    assert versions(root, mill.version) == [mill.version]


def test_killed_publishes_leave_the_old_or_the_new_version(tmp_path):
    mill = Mill(tmp_path / "mill")
    mill.next()
    root = tmp_path / "lists"
    store = ListStore(root)
    store.add("mill", mill.published.as_uri(), mill.root)
    update(store)
    command = [str(BIN / "garim-feed"), "-C", str(mill.workspace), "--as", PEOPLE[0], "publish"]
    hits, longest = 0, 1.0
    for turn in range(PUBLISH_KILLS):
        if turn % 2 == 0:
            mill.prepare()
        environment = {"HOME": str(tmp_path), "GARIM_FEED_PUBLISH": str(mill.published)}
        began = time.monotonic()
        hit = kill_somewhere(command, environment, longest)
        hits += hit
        longest = 0.9 * longest + 0.1 * (1.5 * longest if hit else time.monotonic() - began)
        report = update(store)
        assert report.feeds[0].problem is None
        (found,) = versions(root, mill.version)
        assert mill.version - 1 <= found <= mill.version
        if turn % 2:
            mill.publish()
    assert hits > PUBLISH_KILLS // 4
    update(store)
    assert versions(root, mill.version) == [mill.version]
