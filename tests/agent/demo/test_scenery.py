import hashlib

import numpy as np
import pytest

from garim_agent.demo.scenery import MAKERS, contours, landscape, tiles


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("width", "height"), [(320, 240), (64, 64), (33, 97)])
def test_pixels_have_the_size_asked_for(make, width, height):
    pixels = make(1, width, height)
    assert pixels.shape == (height, width, 3)
    assert pixels.dtype == np.uint8


@pytest.mark.parametrize("make", MAKERS)
def test_the_seed_decides_the_picture(make):
    digests = [hashlib.sha256(make(seed, 160, 120)).digest() for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("make", [landscape, tiles, contours])
@pytest.mark.parametrize("seed", range(5))
def test_pictures_are_rich_enough_to_be_hashed(make, seed):
    luma = make(seed, 160, 120).mean(axis=2)
    assert luma.std() > 15
