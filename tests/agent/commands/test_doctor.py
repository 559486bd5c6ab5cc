"""The doctor on a whole installation, and on one that is not."""

import json
import shutil
import sys
from datetime import timedelta

import pytest

from garim_agent import lists
from garim_agent.commands import doctor
from garim_agent.folders import folders
from garim_models.manifest import WEIGHTS


def examined(capsys):
    status = doctor.run(as_json=True)
    found = json.loads(capsys.readouterr().out)
    return status, found["well"], {check["name"]: check for check in found["checks"]}


def test_a_new_installation_is_well(garim_home, capsys):
    status, well, checks = examined(capsys)
    ill = {name: check for name, check in checks.items() if not check["well"]}
    assert (status, well, ill) == (0, True, {})
    assert {"model nsfw-mid", "model open-nsfw", "official test picture"} <= set(checks)
    assert {"patch bodies", "sandbox seccomp", "sandbox landlock", "lists"} <= set(checks)


def test_the_faster_variant_is_remembered(garim_home, capsys):
    examined(capsys)
    remembered = json.loads((garim_home / "state" / "models.json").read_text())
    assert set(remembered.values()) <= {"int8", "float32"}
    assert len(remembered) == 2


def test_a_changed_model_is_not_well(garim_home, capsys):
    models = garim_home / "config" / "models"
    shutil.copytree(WEIGHTS, models)
    for name in ("model.int8.onnx", "model.float32.onnx"):
        file = models / "nsfw-mid" / name
        file.write_bytes(file.read_bytes()[:-1] + b"\0")
    status, well, checks = examined(capsys)
    assert (status, well) == (2, False)
    assert "changed" in checks["model nsfw-mid"]["detail"]
    assert not checks["classifier"]["well"]
    assert checks["official test picture"]["well"]


def test_a_bad_policy_is_not_well(garim_home, capsys):
    (garim_home / "config").mkdir(parents=True)
    (garim_home / "config" / "policy.toml").write_text("profile = 7\n")
    status, _, checks = examined(capsys)
    assert status == 2
    assert "profile" in checks["policy"]["detail"]


@pytest.mark.parametrize("word", ["well", "seccomp"])
def test_it_reads_as_words(garim_home, capsys, word):
    assert doctor.run(as_json=False) == 0
    assert word in capsys.readouterr().out


def test_lists_and_feeds_are_looked_at(garim_home, feed, capsys, monkeypatch):
    garim = sys.modules["feed_house"].garim
    add = ("lists", "add", feed.published, "--root", feed.root, "--name", "national", "--yes")
    assert garim(*add).exit_code == 0
    checks = {check.name: check for check in doctor._lists(folders())}
    assert checks["lists"].well
    assert "ncii 1 (national)" in checks["lists"].detail
    assert checks["feed national"].well
    assert checks["feed national"].detail == "fresh"
    later = lists.now() + timedelta(days=8)
    monkeypatch.setattr(lists, "now", lambda: later)
    checks = {check.name: check for check in doctor._lists(folders())}
    assert not checks["feed national"].well
    for part in (garim_home / "state" / "lists" / "generations").rglob("*.idx"):
        part.write_bytes(b"")
    checks = {check.name: check for check in doctor._lists(folders())}
    assert not checks["lists"].well
