import io

import pytest
from PIL import Image

from garim_agent.demo.files import ANIMATED, SUFFIX, animate, encode
from garim_agent.demo.scenery import tiles

PICTURE = Image.fromarray(tiles(1, 160, 120))


@pytest.mark.parametrize("kind", sorted(SUFFIX))
def test_each_format_is_written_in_its_format_and_the_same_each_time(kind):
    data = encode(PICTURE, kind)
    image = Image.open(io.BytesIO(data))
    assert image.format == kind.upper()
    assert image.size == ((64, 48) if kind == "ico" else (160, 120))
    assert encode(PICTURE, kind) == data


def test_options_go_over_the_defaults():
    assert len(encode(PICTURE, "jpeg", quality=20)) < len(encode(PICTURE, "jpeg"))


@pytest.mark.parametrize("kind", ANIMATED)
def test_an_animation_plays_once(kind):
    frames = [Image.fromarray(tiles(seed, 80, 60)) for seed in range(4)]
    image = Image.open(io.BytesIO(animate(frames, kind)))
    assert image.n_frames == 4
    assert image.info.get("loop", 1) == 1
