from pathlib import Path

import pytest

from garim_agent.folders import Folders, folders


def test_garim_home_holds_both_folders(garim_home):
    found = folders()
    assert found == Folders(garim_home / "config", garim_home / "state")
    assert not garim_home.exists()


def test_a_given_folder_stands_before_the_environment(garim_home, tmp_path):
    assert folders(str(tmp_path / "x")).state == tmp_path / "x" / "state"


def test_a_relative_or_home_folder_is_made_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert folders("here").config == tmp_path / "here" / "config"
    assert folders("~/g").config == tmp_path / "user" / "g" / "config"


@pytest.mark.parametrize("value", [None, ""])
def test_without_it_the_platform_says_where(monkeypatch, value):
    monkeypatch.delenv("GARIM_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("GARIM_HOME", value)
    found = folders()
    assert found.config.is_absolute()
    assert found.state.is_absolute()
    assert "garim" in str(found.config).lower()
    assert "garim" in str(found.state).lower()


def test_policy_and_models_are_named_only_where_they_are(garim_home):
    found = folders()
    assert (found.policy, found.models) == (None, None)
    found.config.mkdir(parents=True)
    (found.config / "policy.toml").touch()
    (found.config / "models").mkdir()
    assert found.policy == found.config / "policy.toml"
    assert found.models == found.config / "models"
    (found.config / "models").rmdir()
    (found.config / "models").touch()
    assert found.models is None


def test_a_given_policy_stands_before_the_own_one(garim_home):
    found = folders()
    found.config.mkdir(parents=True)
    (found.config / "policy.toml").touch()
    assert found.places().policy == found.policy
    assert found.places(Path("mine.toml")).policy == Path("mine.toml")
    assert found.places().state == found.state


def test_the_lists_are_part_of_the_state(garim_home):
    assert folders().lists == garim_home / "state" / "lists"


def test_what_a_feed_may_set_stands_before_ones_own(garim_home):
    found = folders()
    found.config.mkdir(parents=True)
    (found.config / "policy.toml").touch()
    (found.config / "models").mkdir()
    feed = found.lists / "feeds" / "school"
    (feed / "accepted" / "models").mkdir(parents=True)
    (feed / "accepted" / "policy.toml").touch()
    assert found.policy == found.config / "policy.toml"  # of a feed that was never added
    (feed / "feed.json").touch()
    assert found.policy == feed / "accepted" / "policy.toml"
    assert found.models == feed / "accepted" / "models"
    assert found.places(Path("mine.toml")).policy == Path("mine.toml")
