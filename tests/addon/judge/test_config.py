"""The settings of a worker travel unchanged, or not at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.judge.config import WorkerConfig
from garim_addon.media.limits import Limits

FULL = WorkerConfig(
    models=Path("/models of mine"),
    variants={"small": "float32"},
    stages=(1,),
    limits=Limits(max_pixels=5, max_frames=6),
    memory=256 << 20,
    lists=Path("/lists"),
    generation="g7-0123456789abcdef",
    builtin_list=False,
    nice=3,
    sandbox=False,
)


@pytest.mark.parametrize("config", [WorkerConfig(), FULL, WorkerConfig(stages=())])
def test_round_trip(config):
    assert WorkerConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    "values",
    [{"stages": (3,)}, {"stages": (0, 1)}, {"memory": 1}, {"nice": -1}, {"nice": 20}],
)
def test_values_that_no_worker_could_work_with(values):
    with pytest.raises(ValueError, match="worker config"):
        WorkerConfig(**values)


CHANGES = {
    "unknown setting": {"inspector": "os:system"},
    "stages as number": {"stages": 1},
    "stages as text": {"stages": "ab"},
    "memory as text": {"memory": "much"},
    "nice as nothing": {"nice": None},
    "models as number": {"models": 7},
    "variants as list": {"variants": ["int8"]},
    "generation as nothing": {"generation": None},
    "built-in list as number": {"builtin_list": 1},
    "limits as list": {"limits": []},
    "limits as nothing": {"limits": None},
    "limits empty": {"limits": {}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_wrong_types_are_clear_errors(change):
    raw = json.loads(FULL.to_json()) | change
    with pytest.raises(ValueError):
        WorkerConfig.from_json(json.dumps(raw))


@pytest.mark.parametrize("name", json.loads(FULL.to_json()))
def test_a_missing_setting_is_an_error(name):
    raw = json.loads(FULL.to_json())
    del raw[name]
    with pytest.raises(ValueError, match="missing"):
        WorkerConfig.from_json(json.dumps(raw))


@pytest.mark.parametrize("value", ["9", None, -1, True, 1.5])
def test_limits_are_sizes(value):
    raw = json.loads(FULL.to_json())
    raw["limits"]["max_pixels"] = value
    with pytest.raises(ValueError, match="max_pixels"):
        WorkerConfig.from_json(json.dumps(raw))


def test_an_unknown_limit_is_an_error():
    raw = json.loads(FULL.to_json())
    raw["limits"]["max_feelings"] = 1
    with pytest.raises(ValueError):
        WorkerConfig.from_json(json.dumps(raw))


@given(st.binary(max_size=100))
def test_hostile_bytes(data):
    with pytest.raises(ValueError):
        WorkerConfig.from_json(data)
