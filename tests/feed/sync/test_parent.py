import subprocess
import sys
import time

import pytest

from garim_feed.sync.parent import Parent

_CHILD = """
import sys, time
from garim_feed.sync.parent import Parent
parent = Parent()
print("here", flush=True)
while not parent.gone():
    time.sleep(0.01)
print("gone", flush=True)
"""
_STARTER = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdin=subprocess.DEVNULL)
sys.stdin.read()
"""


def test_this_process_s_parent_is_there():
    assert not Parent().gone()


def test_the_end_of_a_pipe_is_the_end():
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"here\n"
        child.stdin.write(b"words are thrown away")
        child.stdin.flush()
        assert child.poll() is None
        child.stdin.close()
        assert child.stdout.readline() == b"gone\n"


def test_standard_input_that_is_no_pipe_says_nothing():
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
        time.sleep(0.2)
        assert child.poll() is None
        child.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="a parent's end is not told there")
def test_a_killed_parent_is_gone():
    with subprocess.Popen(
        [sys.executable, "-c", _STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"here\n"
        starter.kill()
        # The child holds the other end of the same pipe.
        assert starter.stdout.readline() == b"gone\n"
