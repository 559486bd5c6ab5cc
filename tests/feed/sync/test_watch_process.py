"""The watch as a process, over a real web server and with the real build."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest
from tests.feed.sync.real import hosts_segment, put_real_list
from tests.feed.sync.simulator import FeedSimulator
from tests.feed.sync.test_feed_loop import wait_for
from tests.feed.sync.web import serving

from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.live import LiveIndex
from garim_feed.sync import files
from garim_feed.sync.layout import build_lock
from garim_feed.sync.status import read_all
from garim_feed.sync.store import ListStore
from garim_feed.sync.watch import trigger

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are not there")
MAX_RSS = 60 << 20


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    put_real_list(feed, "kmcc", "first", hosts_segment(feed, "bad.example", count=1000))
    feed.publish()
    return feed


@pytest.fixture
def web(feed):
    with serving(feed) as web:
        yield web


@pytest.fixture
def root(tmp_path, feed, web):
    root = tmp_path / "lists"
    ListStore(root).add("national", web.url, feed.root_file)
    return root


@contextmanager
def running(root, *options):
    """Run the watch as the agent does; yield the process."""
    command = [sys.executable, "-P", "-m", "garim_feed.sync.watch", str(root), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def blocked(root, host):
    return [match.list for match in LiveIndex(root, builtin()).host(host)]


def test_from_a_server_into_force_and_away_again(root, feed, web):
    live = LiveIndex(root, builtin())
    with running(root, "--every", "3600") as process:
        wait_for(live.refresh)
        assert [match.list for match in live.host("www.bad.example")] == ["first"]
        (match,) = live.host("bad.example")
        feed.revoke("kmcc", "first", match.entry)
        feed.publish()
        assert trigger(root)
        wait_for(live.refresh)
        assert live.host("bad.example") == ()
        memory = psutil.Process(process.pid).memory_info().rss
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
    assert memory < MAX_RSS
    assert web.agents == {"garim-lists"}


def test_it_ends_when_it_is_told_to(root):
    with running(root) as process:
        wait_for(lambda: blocked(root, "bad.example"))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_it_outlives_a_feed_that_breaks(root, feed, web):
    with running(root, "--every", "0.2") as process:
        wait_for(lambda: blocked(root, "bad.example"))
        for bad in (b"", b"\xff" * 1000, b"[" * 15_000, b'{"signed": 1}'):
            feed.files["metadata/timestamp.json"] = bad
            wait_for(lambda: read_all(root)[0].failures)
            feed.publish()
            trigger(root)
            wait_for(lambda: not read_all(root)[0].failures)
        assert process.poll() is None
    assert blocked(root, "bad.example") == ["first"]


def test_one_watch_for_a_folder(root):
    with running(root) as first:
        wait_for(lambda: trigger(root))
        with running(root) as second:
            assert second.wait(20) == 1
            assert second.stderr is not None
            assert b"Another program is at work" in second.stderr.read()
        assert first.poll() is None


def test_a_build_does_not_outlive_the_watch(root):
    with running(root) as process:
        wait_for(lambda: psutil.Process(process.pid).children())
        (child,) = psutil.Process(process.pid).children()
        process.terminate()
        assert process.wait(20) == 0
    wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    with files.locked(build_lock(root), wait=10):
        pass


def test_killed_at_any_instant_it_leaves_the_old_or_the_new(root, feed, web):
    """Fewer times than in `tests/e2e`, at instants that are spread over an update."""
    hosts = [f"bad-{number}.example" for number in range(4)]
    for number, pause in enumerate((0.3, 0.6, 0.9, 1.2)):
        put_real_list(feed, "kmcc", "first", hosts_segment(feed, *hosts[: number + 1], count=1000))
        feed.publish()
        with running(root, "--every", "3600") as process:
            time.sleep(pause)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        found = [bool(blocked(root, host)) for host in hosts]
        # A whole state that was published, never a mixture.
        assert found == sorted(found, reverse=True)
    with running(root, "--every", "3600"):
        wait_for(lambda: blocked(root, hosts[-1]))
