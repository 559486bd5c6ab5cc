import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models.build import reference
from PIL import Image

from garim_models.manifest import WEIGHTS, Input, read
from garim_models.prepare import squeeze, tensor


def smooth(height, width, seed=0):
    """A picture with gentle and sharp parts."""
    dice = np.random.default_rng(seed)
    small = Image.fromarray(dice.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def spec(**fields):
    return Input(**{"name": "x", "width": 32, "height": 24, **fields})


SIZES = [(300, 400), (1000, 256), (257, 2000), (224, 224), (50, 36), (1, 1)]


@pytest.mark.parametrize("size", SIZES)
def test_align_corners_is_tensorflows_resize_up_to_rounding(size):
    picture = smooth(*size)
    shipped = read(WEIGHTS / "nsfw-mid").input
    ours = np.asarray(squeeze(Image.fromarray(picture), shipped), np.float32)
    assert np.abs(ours - reference.align_corners(picture) * 255).max() <= 1.01


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700))
def test_any_size_becomes_the_models_input_without_a_dark_border(height, width):
    white = np.full((height, width, 3), 255, np.uint8)
    found = tensor(white, spec(resize="align-corners"))
    assert found.shape == (1, 3, 24, 32)
    assert found.min() == 255


@pytest.mark.parametrize("name", ["nsfw-mid", "open-nsfw"])
def test_the_shipped_manifests_prepare_as_the_original_packages_do(name):
    picture = smooth(300, 450, seed=3)
    ours, theirs = tensor(picture, read(WEIGHTS / name).input), reference.PATHS[name](picture)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype == np.float32
    assert ours.flags.c_contiguous
    limit = 0.0 if name == "open-nsfw" else 1.01 * 2 / 255
    assert np.abs(ours - theirs).max() <= limit


def test_layout_colour_scale_mean_and_std():
    picture = np.zeros((24, 32, 3), np.uint8)
    picture[:] = (10, 20, 30)
    found = tensor(
        picture, spec(layout="nhwc", colour="bgr", scale=0.5, mean=[1, 2, 3], std=[2, 4, 8])
    )
    assert found.shape == (1, 24, 32, 3)
    assert found[0, 0, 0].tolist() == [(15 - 1) / 2, (10 - 2) / 4, (5 - 3) / 8]
    other = tensor(picture, spec())
    assert other.shape == (1, 3, 24, 32)
    assert other[0, :, 5, 5].tolist() == [10, 20, 30]


def test_bilinear_squeezes_the_whole_picture():
    picture = smooth(120, 90)
    wanted = Image.fromarray(picture).resize((32, 24), Image.Resampling.BILINEAR)
    assert np.array_equal(squeeze(Image.fromarray(picture), spec()), wanted)


@pytest.mark.parametrize("size", [(60, 200), (200, 60), (7, 500)])
def test_center_crop_keeps_proportions_and_the_middle(size):
    picture = np.zeros((*size, 3), np.uint8)
    height, width = size
    picture[height // 2 :, :, 0] = 255
    picture[:, width // 2 :, 1] = 255
    square = spec(width=32, height=32, resize="center-crop", resize_to=40)
    found = np.asarray(squeeze(Image.fromarray(picture), square))
    assert found.shape == (32, 32, 3)
    assert found[2, 2, 0] < 128 < found[-3, -3, 0]
    assert found[2, 2, 1] < 128 < found[-3, -3, 1]


def test_the_jpeg_round_trip_is_quality_75():
    picture = smooth(24, 32)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=75)
    wanted = np.asarray(Image.open(buffer), np.float32).transpose(2, 0, 1)[np.newaxis]
    assert np.array_equal(tensor(picture, spec(jpeg_round_trip=True)), wanted)
    assert not np.array_equal(tensor(picture, spec()), wanted)


def test_a_view_of_a_larger_array_is_prepared_like_its_copy():
    picture = smooth(200, 300)
    view = picture[10:150:2, ::-1]
    assert np.array_equal(tensor(view, spec()), tensor(view.copy(), spec()))
