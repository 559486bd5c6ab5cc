from types import SimpleNamespace

import numpy as np
import pytest

from garim_addon.judge.classify import Cascade, load_cascade
from garim_addon.judge.config import WorkerConfig
from garim_models.errors import ModelError
from garim_models.manifest import WEIGHTS, available

VIEW = np.full((256, 256, 3), 127, np.uint8)


class Fake:
    """A model that says the same of each view, in turn."""

    def __init__(self, stage, *values, gate=0.1):
        self.manifest = SimpleNamespace(
            name=f"m{stage}", version="1", stage=stage, thresholds=SimpleNamespace(gate=gate)
        )
        self.values = values
        self.asked = 0

    def unsafe(self, views):
        self.asked += 1
        return list(self.values[: len(views)])


@pytest.mark.parametrize(
    ("first", "gate", "stages"),
    [(0.0, 0.1, [1]), (0.09, 0.1, [1]), (0.1, 0.1, [1, 2]), (1.0, 0.1, [1, 2]), (0.0, 0.0, [1, 2])],
)
def test_the_second_stage_is_asked_from_the_gate_on(first, gate, stages):
    second = Fake(2, 0.7)
    steps = {}
    scores = Cascade(Fake(1, first, gate=gate), second).scores([VIEW], 3, steps)
    assert [s.stage for s in scores] == stages
    assert [s.value for s in scores] == [first, 0.7][: len(stages)]
    assert {s.frame for s in scores} == {3}
    assert set(steps) == {f"stage{stage}" for stage in stages}
    assert second.asked == len(stages) - 1


def test_without_a_second_stage_there_is_one_score():
    (score,) = Cascade(Fake(1, 0.99)).scores([VIEW], 0, {})
    assert (score.model, score.version, score.stage, score.value) == ("m1", "1", 1, 0.99)


@pytest.mark.parametrize(("views", "worst"), [((0.2, 0.8), 0.8), ((0.8, 0.2), 0.8)])
def test_the_worse_of_two_views_counts(views, worst):
    (score,) = Cascade(Fake(1, *views)).scores([VIEW, VIEW], 0, {})
    assert score.value == worst


@pytest.mark.parametrize(("said", "kept"), [(-1e-7, 0.0), (1.0000001, 1.0), (0.123456789, 0.12346)])
def test_a_score_is_a_probability_whatever_rounding_did(said, kept):
    (score,) = Cascade(Fake(1, said)).scores([VIEW], 0, {})
    assert score.value == kept


def test_steps_of_several_frames_add_up():
    steps = {"stage1": 1000.0}
    Cascade(Fake(1, 0.0)).scores([VIEW], 0, steps)
    assert steps["stage1"] >= 1000.0


@pytest.mark.parametrize(
    ("stages", "loaded"), [((), 0), ((1,), 1), ((1, 2), 2), ((2, 1), 2)], ids=str
)
def test_the_stages_that_are_named_are_loaded(stages, loaded):
    cascade = load_cascade(WorkerConfig(stages=stages))
    if not loaded:
        assert cascade is None
        return
    names = [m.name for stage in (1, 2) for m in available() if m.stage == stage][:loaded]
    assert [v.split("/")[0] for v in cascade.versions] == names
    assert all(v.endswith("/int8") for v in cascade.versions)
    assert (cascade.second is not None) == (loaded == 2)
    scores = cascade.scores([VIEW], 0, {})
    assert all(0.0 <= s.value <= 1.0 for s in scores)


def test_the_chosen_variant_is_loaded_and_changes_the_epoch():
    first = next(m for m in available() if m.stage == 1)
    config = WorkerConfig(stages=(1,), variants={first.name: "float32"})
    assert load_cascade(config).versions == (f"{first.name}/{first.version}/float32",)


def test_a_second_stage_alone_is_refused():
    with pytest.raises(ModelError, match="stage 2"):
        load_cascade(WorkerConfig(stages=(2,)))


@pytest.mark.parametrize("stages", [(1,), (1, 2)])
def test_a_stage_without_a_model_is_a_clear_error(tmp_path, stages):
    with pytest.raises(ModelError, match="No model for classifier stage 1"):
        load_cascade(WorkerConfig(models=tmp_path, stages=stages))


def test_a_changed_model_is_refused(tmp_path):
    first = next(m for m in available() if m.stage == 1)
    folder = tmp_path / first.name
    folder.mkdir()
    for file in (WEIGHTS / first.name).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    path = folder / first.variants["int8"].file
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    with pytest.raises(ModelError, match="changed"):
        load_cascade(WorkerConfig(models=tmp_path, stages=(1,)))
