import dataclasses

import pytest

from garim_addon.media.limits import Limits


def test_defaults_are_finite_and_positive():
    values = dataclasses.asdict(Limits())
    assert all(value > 0 for value in values.values())
    assert values["sampled_frames"] == 8
    assert values["max_pixels"] == 100_000_000


def test_limits_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().max_pixels = 1
