"""The child that keeps lists fresh, with a fake program in its place."""

import asyncio
import os
import signal
import sys

import pytest

from garim_addon.judge.backoff import Backoff
from garim_agent import sync as module
from garim_agent.sync import SyncProcess, environment, syncing

FAKE = """
import os, signal, sys, time
root, mode = sys.argv[-1], sys.argv[1]
with open(os.path.join(root, "starts"), "a") as log:
    log.write(f"{os.getpid()} {os.getpriority(os.PRIO_PROCESS, 0)}\\n")
if mode == "ends":
    sys.exit("nothing works")
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "told":
    signal.signal(signal.SIGTERM, lambda *_: (open(os.path.join(root, "told"), "w"), sys.exit()))
print("ready", flush=True)
open(os.path.join(root, "ready"), "w").close()
while mode != "piped" or sys.stdin.buffer.read(1):
    time.sleep(0.01)
open(os.path.join(root, "eof"), "w").close()
"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "lists"
    (folder / "feeds" / "a").mkdir(parents=True)
    (folder / "feeds" / "a" / "feed.json").touch()
    return folder


def process(root, mode="stays", **settings):
    usual = {"look_every": 0.01, "pauses": Backoff(first=0.01, longest=0.05), "grace": 20.0}
    return SyncProcess(root, command=(sys.executable, "-c", FAKE, mode), **usual | settings)


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.01)


async def stopped(task):
    task.cancel()
    await asyncio.wait([task])


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def starts(root):
    file = root / "starts"
    return file.read_text().splitlines() if file.exists() else []


async def test_it_runs_at_lowered_priority_and_ends_with_the_proxy(root):
    child = process(root, "told")
    task = asyncio.create_task(child.run())
    await until((root / "ready").exists)
    pid = child.pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == module.NICE
    await stopped(task)
    assert not alive(pid)
    assert child.pid is None
    assert (root / "told").exists()


async def test_one_that_does_not_listen_is_killed(root):
    child = process(root, "stubborn", grace=0.05)
    task = asyncio.create_task(child.run())
    await until((root / "ready").exists)
    pid = child.pid
    await stopped(task)
    assert not alive(pid)


async def test_without_feeds_it_does_not_run_and_a_first_feed_starts_it(root):
    (root / "feeds" / "a" / "feed.json").unlink()
    child = process(root)
    task = asyncio.create_task(child.run())
    await asyncio.sleep(0.1)
    assert (child.starts, child.pid) == (0, None)
    (root / "feeds" / "a" / "feed.json").touch()
    await until((root / "ready").exists)
    assert child.starts == 1
    await stopped(task)


async def test_one_that_ends_is_started_again_after_growing_pauses(root, caplog):
    pauses = Backoff(first=0.01, longest=0.05)
    child = process(root, "ends", pauses=pauses)
    task = asyncio.create_task(child.run())
    await until(lambda: child.starts >= 3)
    await until(lambda: pauses.count >= 3)
    await stopped(task)
    assert "nothing works" in child.last_words
    assert "ended (status 1): nothing works" in caplog.text
    assert len(starts(root)) == child.starts


async def test_one_that_is_killed_is_started_again(root):
    child = process(root)
    task = asyncio.create_task(child.run())
    await until((root / "ready").exists)
    os.kill(child.pid, signal.SIGKILL)
    await until(lambda: child.starts == 2 and child.pid)
    await stopped(task)


async def test_a_long_life_is_no_failure(root, monkeypatch):
    monkeypatch.setattr(module, "SETTLED", 0.0)
    pauses = Backoff(first=0.01, longest=9.0)
    child = process(root, "ends", pauses=pauses)
    task = asyncio.create_task(child.run())
    await until(lambda: child.starts >= 4)
    await stopped(task)
    assert pauses.count <= 1


async def test_what_cannot_be_started_is_tried_again(root):
    pauses = Backoff(first=0.01, longest=0.05)
    child = SyncProcess(root, command=("/no/such/program",), pauses=pauses)
    task = asyncio.create_task(child.run())
    await until(lambda: pauses.count >= 2)
    await stopped(task)
    assert child.starts == 0
    assert "No such file" in child.last_words


async def test_its_input_ends_when_it_must_go(root):
    child = process(root, "piped")
    task = asyncio.create_task(child.run())
    await until((root / "ready").exists)
    child._child.stdin.close()
    await until((root / "eof").exists)
    await stopped(task)


async def test_the_context_leaves_nothing_running(root, monkeypatch):
    monkeypatch.setattr(module, "COMMAND", (sys.executable, "-c", FAKE, "stays"))
    async with syncing(root) as child:
        await until((root / "ready").exists)
        pid = child.pid
    assert not alive(pid)


GIVEN = {
    "PATH": "/bin",
    "HOME": "/home/a",
    "SSLKEYLOGFILE": "/tmp/keys",
    "GARIM_FEED_PASSWORD": "secret",
    "PYTHONPATH": "/elsewhere",
    "LD_PRELOAD": "x.so",
    "NO_PROXY": "a.example",
}


def test_its_environment_is_what_it_needs_and_no_more():
    found = environment(8118, GIVEN)
    assert found["PATH"] == "/bin"
    assert found["NO_PROXY"] == "a.example"
    assert not {"SSLKEYLOGFILE", "GARIM_FEED_PASSWORD", "LD_PRELOAD"} & set(found)
    assert found["PYTHONPATH"] == os.pathsep.join(path for path in sys.path if path)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("http://proxy.example:3128", True),
        ("proxy.example:3128", True),
        ("http://127.0.0.1:3128", True),
        ("http://proxy.example:8118", True),
        ("http://127.0.0.1:8118", False),
        ("127.0.0.1:8118", False),
        ("http://localhost:8118/", False),
        ("http://[::1]:8118", False),
        ("http://user:word@127.0.0.1:8118", False),
        ("http://127.0.0.1:many", True),
        ("http://[::1", True),
        ("", True),
    ],
)
@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy"])
def test_nobody_is_their_own_way_out(name, value, kept):
    assert (name in environment(8118, {name: value})) is kept


def test_the_program_is_the_feeds_own_and_knows_who_checks():
    assert module.COMMAND[:4] == (sys.executable, "-P", "-m", "garim_feed.sync.watch")
    assert module.COMMAND[4:] == ("--checker", "garim_agent.accept")
