"""What a feed carries besides lists is tried by the loaders that will use it."""

import shutil

import pytest

from garim_agent import accept
from garim_agent.folders import MODELS, POLICY
from garim_agent.sync import CHECKER
from garim_feed.errors import FeedError
from garim_feed.sync.checking import module_checker
from garim_models.manifest import WEIGHTS


@pytest.fixture
def carried(tmp_path):
    (tmp_path / POLICY).write_text("profile = 'school'\n")
    shutil.copytree(WEIGHTS / "open-nsfw", tmp_path / MODELS / "open-nsfw")
    return tmp_path


def test_what_can_be_used_is_accepted(carried, capsys):
    assert accept.main([str(carried)]) == 0
    assert capsys.readouterr().out == ""


def test_a_folder_without_either_is_accepted(tmp_path):
    assert accept.main([str(tmp_path)]) == 0


def test_a_bad_policy_is_refused_through_the_process_boundary(carried):
    (carried / POLICY).write_text("profile = 7\n")
    shutil.rmtree(carried / MODELS)
    with pytest.raises(FeedError, match="profile"):
        module_checker(CHECKER)(carried)


@pytest.mark.parametrize("name", ["model.int8.onnx", "model.float32.onnx", "manifest.toml"])
def test_a_changed_model_is_refused(carried, capsys, name):
    file = carried / MODELS / "open-nsfw" / name
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    assert accept.main([str(carried)]) == 1
    assert "template" in capsys.readouterr().out


def test_a_defect_is_not_taken_for_a_refusal(carried, monkeypatch):
    def fails(_folder):
        raise ZeroDivisionError

    monkeypatch.setattr(accept, "check", fails)
    with pytest.raises(ZeroDivisionError):
        accept.main([str(carried)])
