"""A school's own feed carries policy and models; what an agent would refuse is not signed."""

import shutil

import pytest

from garim_models.manifest import WEIGHTS


@pytest.fixture
def school(house):
    return house


def test_a_policy_is_checked_and_carried(school, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("profile = 'school'\n")
    school.run("policy", "set", policy)
    school.run("add", "host:a.example")
    school.decide()
    school.sign_and_publish()
    assert list(school.published.rglob("*.policy.toml"))
    school.run("policy", "remove")
    school.sign_and_publish()
    assert school.refused("policy", "remove")


@pytest.mark.parametrize("content", [b"profile = 'nobody'\n", b"\xff\xfe", b"[", b""])
def test_a_policy_that_agents_would_refuse_is_not_carried(school, tmp_path, content):
    policy = tmp_path / "policy.toml"
    policy.write_bytes(content)
    assert school.refused("policy", "set", policy)


def test_a_model_is_loaded_first_and_carried(school, tmp_path):
    folder = tmp_path / "open-nsfw"
    shutil.copytree(WEIGHTS / "open-nsfw", folder)
    school.run("model", "set", folder)
    school.run("model", "remove", "open-nsfw")
    assert school.refused("model", "remove", "open-nsfw")


def test_a_model_that_was_changed_is_not_carried(school, tmp_path):
    folder = tmp_path / "open-nsfw"
    shutil.copytree(WEIGHTS / "open-nsfw", folder)
    file = folder / "model.int8.onnx"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    assert "open-nsfw" in school.refused("model", "set", folder)
    assert school.refused("model", "set", tmp_path)
