"""Presets are complete, and merging changes neither side."""

from copy import deepcopy

import pytest

from garim_addon.decide.policy import Policy
from garim_addon.decide.profiles import Profile, merged


@pytest.mark.parametrize("profile", Profile)
def test_a_preset_is_a_whole_policy_of_its_own_name(profile):
    assert Policy.preset(profile).profile is profile


def test_tables_merge_key_by_key_and_values_replace():
    top = {"fail": {"download": {"crash": "cut"}}, "hosts": {"exempt": ["a.b"]}, "log": 3}
    kept = deepcopy(top)
    result = merged(Profile.HOME, top)
    assert result["fail"]["download"]["crash"] == "cut"
    assert result["fail"]["download"]["timeout"] == "pass"
    assert result["fail"]["upload"]["crash"] == "pass"
    assert (result["hosts"], result["log"]) == ({"exempt": ["a.b"]}, 3)
    assert top == kept
    assert merged(Profile.HOME, {})["fail"]["download"]["crash"] == "pass"
