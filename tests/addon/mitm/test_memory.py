"""Released bodies are collected and given back, and only when enough came together."""

import gc
import sys

import pytest

from garim_addon.mitm import memory
from garim_addon.mitm.memory import EVERY, Housekeeping


def test_it_waits_until_enough_was_released():
    keeper = Housekeeping()
    seen = [
        keeper.look(size) for size in (0, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY - 1, 2 * EVERY)
    ]
    assert seen == [False, False, True, False, False, True]


def test_cycles_are_gone_afterwards():
    class Flow:
        pass

    one, other = Flow(), Flow()
    one.other, other.other, one.body = other, one, bytearray(1 << 20)
    gc.collect()
    before = sum(type(each) is Flow for each in gc.get_objects())
    del one, other
    Housekeeping().look(EVERY)
    assert before - sum(type(each) is Flow for each in gc.get_objects()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_glibc_is_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(memory, "_trim", lambda: asked.append)
    Housekeeping().look(EVERY)
    assert asked == [0]


def test_it_works_without_glibc(monkeypatch):
    monkeypatch.setattr(memory, "_trim", lambda: None)
    assert Housekeeping().look(EVERY)
