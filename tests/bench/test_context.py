import os
from pathlib import Path

import pytest
from bench import context
from bench.context import Context, SkippedError


def made(*, quick):
    return Context(Path("cache"), quick, lambda text: None)


def test_a_trial_is_shorter():
    assert made(quick=True).rounds < made(quick=False).rounds
    assert made(quick=True).seconds(8) == 2
    assert made(quick=True).seconds(1) == 1
    assert made(quick=False).seconds(8) == 8


def test_each_round_starts_with_another_one():
    items = ["a", "b", "c"]
    assert [context.rotated(items, round_)[0] for round_ in range(4)] == ["a", "b", "c", "a"]
    assert all(sorted(context.rotated(items, round_)) == items for round_ in range(4))
    assert context.rotated([], 3) == []


def test_a_missing_tool_is_named():
    with pytest.raises(SkippedError, match="no-such-tool is not installed"):
        context.tool("no-such-tool")
    with pytest.raises(SkippedError, match="no-such-script is not beside"):
        context.script("no-such-script")


def test_processes_run_this_checkout():
    env = context.environment(GARIM_HOME="x")
    folders = env["PYTHONPATH"].split(os.pathsep)
    assert [Path(folder).name for folder in folders] == ["feed", "models", "addon", "agent"]
    assert all(Path(folder).is_dir() for folder in folders)
    assert env["GARIM_HOME"] == "x"
