"""Builds in a process of their own: what they answer, what they may take, and kill -9."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.feed.lookup.made import Publisher, plan

from garim_feed.kinds import Kind
from garim_feed.lookup import build_process as module
from garim_feed.lookup import generations
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.plan import BuildResult, Failure

ROOT = Path(__file__).parents[3]


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"))


def run(root, asked):
    return subprocess.run(
        [sys.executable, "-m", "garim_feed.lookup.build_process", str(root)],
        input=asked.model_dump_json().encode(), capture_output=True, check=False,
    )  # fmt: skip


def test_it_builds_and_answers(tmp_path, one):
    done = run(tmp_path / "lists", plan(one, builtin=True))
    assert (done.returncode, done.stderr) == (0, b"")
    result = BuildResult.model_validate_json(done.stdout)
    index = Generation(generations.generation_path(tmp_path / "lists", result.generation))
    assert index.host("bad.test")
    assert index.host("blocked.garim.test")
    assert generations.current(tmp_path / "lists") == ""


def test_it_says_what_it_refused(tmp_path, one):
    done = run(tmp_path / "lists", plan(one.add((Kind.HOST, "naver.com"))))
    assert done.returncode == 0
    (refused,) = BuildResult.model_validate_json(done.stdout).refused
    assert "naver.com" in str(refused.error)


def test_it_says_that_it_cannot_write(tmp_path, one):
    (tmp_path / "lists").write_bytes(b"a file")
    done = run(tmp_path / "lists", plan(one))
    assert done.returncode == 1
    assert "cannot be written" in str(Failure.model_validate_json(done.stdout).error)


def test_a_plan_that_is_none(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "garim_feed.lookup.build_process", str(tmp_path)],
        input=b"{}x", capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stdout == b""


def test_memory_and_turns_are_bounded():
    code = """
import json, os, resource
from garim_feed.lookup import build_process
build_process._bound()
import numpy as np
try:
    np.zeros(build_process.MAX_MEMORY + (64 << 20), np.uint8)
    got = "memory"
except MemoryError:
    got = "MemoryError"
print(json.dumps([got, os.nice(0), resource.getrlimit(resource.RLIMIT_DATA)[1]]))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert json.loads(done.stdout) == ["MemoryError", 10 + os.nice(0), module.MAX_MEMORY]


KILLS = 60
KILLED = f"""
import os, random, signal, sys, time
from pathlib import Path
from garim_feed.kinds import Kind
from garim_feed.lookup import generations
from garim_feed.lookup.build import build
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.generations import current, generation_path, prune, swap
from tests.feed.lookup.made import Publisher, plan

root, folder = Path(sys.argv[1]), Path(sys.argv[2])
dice = random.Random(7)
pair = [Publisher(folder, name) for name in ("one", "two")]

def publish(number):
    for one in pair:
        one.add((Kind.HOST, f"v{{number}}.test"),
                *((Kind.HOST, f"h{{i}}.v{{number}}.test") for i in range(300)),
                removed=[(Kind.HOST, f"v{{number - 1}}.test")])
    return plan(*pair)

def work(asked):
    swap(root, build(asked, root).generation)
    prune(root)

def seen(number):
    # Whole and unmixed: every part bit by bit, and both lists of one version.
    index = Generation(generation_path(root, current(root)))
    for one in index.lists:
        for part in one._parts:
            part.file.verify()
    found = {{v: len(index.host(f"v{{v}}.test")) for v in (number - 1, number)}}
    assert sorted(found.values()) == [0, 2], found
    return found[number] == 2

number, asked = 1, publish(1)
started = time.perf_counter()
work(asked)
took = time.perf_counter() - started
old = new = 0
number, asked = 2, publish(2)
for kill in range({KILLS}):
    child = os.fork()
    if not child:
        work(asked)
        os._exit(0)
    time.sleep(dice.random() * took * 2.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if seen(number):
        new += 1
        number += 1
        if number % 20 == 0:
            pair = [Publisher(folder, one.name) for one in pair]
            for one in pair:
                one.add((Kind.HOST, f"v{{number - 1}}.test"))
        asked = publish(number)
    else:
        old += 1
work(asked)
assert seen(number)
names = sorted(path.name for path in (root / "generations").iterdir())
assert len(names) <= 3 and not any(name.startswith(".") for name in names), names
print(old, new)
"""


def test_killed_at_any_instant_it_leaves_the_old_or_the_new(tmp_path):
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", KILLED, tmp_path / "lists", tmp_path / "segments"],
        capture_output=True, check=False, env=env, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    old, new = map(int, done.stdout.split())
    assert old + new == KILLS
    assert min(old, new) >= 1
