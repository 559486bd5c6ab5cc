"""A policy follows its file through good, bad, missing and quickly rewritten contents."""

import logging
import os
import time

import pytest

from garim_addon.decide.live import LivePolicy
from garim_addon.decide.policy_error import PolicyError
from garim_addon.decide.profiles import Profile

OLD = 1_000_000_000_000_000_000


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "policy.toml"
    write(path, "profile = 'school'", OLD)
    return path


def write(path, text, when):
    path.write_text(text)
    os.utime(path, ns=(when, when))


def test_without_a_file_the_home_profile_stays():
    live = LivePolicy(None)
    assert live.current.profile is Profile.HOME
    assert (live.version, live.error, live.refresh()) == ("default", None, False)


def test_a_bad_or_missing_file_is_an_error_at_start(file, tmp_path):
    with pytest.raises(PolicyError, match="cannot be read"):
        LivePolicy(tmp_path / "none.toml")
    write(file, "profile = 'x'", OLD)
    with pytest.raises(PolicyError, match="must be one of"):
        LivePolicy(file)


def test_a_changed_file_comes_into_force(file):
    live = LivePolicy(file)
    first = live.version
    assert live.current.profile is Profile.SCHOOL
    assert not live.refresh()
    write(file, "profile = 'home'", OLD + 1)
    assert live.refresh()
    assert live.current.profile is Profile.HOME
    assert live.version != first
    assert not live.refresh()


def test_an_unchanged_file_is_not_read_again(file, monkeypatch):
    live = LivePolicy(file)
    monkeypatch.setattr("garim_addon.decide.live.read", lambda _: pytest.fail("read again"))
    assert not live.refresh()


def test_a_touched_file_with_the_same_content_changes_nothing(file):
    live = LivePolicy(file)
    policy = live.current
    os.utime(file, ns=(OLD + 5, OLD + 5))
    assert not live.refresh()
    assert live.current is policy


@pytest.mark.parametrize("bad", ["", "profile = 'x'", "x =", "limits.queue = 0"])
def test_a_bad_file_keeps_the_old_policy_says_why_once_and_heals(file, bad, caplog):
    live = LivePolicy(file)
    policy, version = live.current, live.version
    write(file, bad, OLD + 1)
    with caplog.at_level(logging.WARNING):
        assert not live.refresh()
        assert not live.refresh()
    assert live.current is policy
    assert str(live.error).startswith("policy.toml")
    assert [r.getMessage() for r in caplog.records] == [f"policy kept as it was: {live.error}"]
    assert live.errors == 1
    write(file, "profile = 'school'", OLD + 2)
    assert not live.refresh()
    assert (live.current, live.version, live.error) == (policy, version, None)


def test_a_deleted_file_keeps_the_old_policy_and_its_return_is_noticed(file, caplog):
    live = LivePolicy(file)
    policy = live.current
    file.unlink()
    with caplog.at_level(logging.WARNING):
        assert not live.refresh()
        assert not live.refresh()
    assert live.current is policy
    assert "cannot be read" in str(live.error)
    assert len(caplog.records) == 1
    write(file, "profile = 'school'", OLD)
    assert not live.refresh()
    assert live.error is None
    assert live.current is policy


def test_a_file_rewritten_within_the_same_file_time_is_noticed(file):
    now = [OLD / 1e9 + 0.5]
    live = LivePolicy(file, clock=lambda: now[0])
    seen = live._stamp
    write(file, "profile = 'home'  ", OLD)
    live._stamp = seen
    assert live.refresh()
    assert live.current.profile is Profile.HOME


def test_a_replaced_file_of_equal_size_and_time_is_noticed(file, tmp_path):
    write(file, "profile = 'home'  ", OLD)
    live = LivePolicy(file)
    other = tmp_path / "other"
    write(other, "profile = 'school'", OLD)
    other.replace(file)
    assert live.refresh()
    assert live.current.profile is Profile.SCHOOL


def test_a_real_clock_and_a_fresh_file(tmp_path):
    path = tmp_path / "policy.toml"
    write(path, "report_only = true", time.time_ns())
    live = LivePolicy(path)
    assert live.current.report_only
    assert not live.refresh()
