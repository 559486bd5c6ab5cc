import numpy as np
import pytest
from models.build import reference


def test_align_corners_keeps_the_corner_pixels():
    picture = np.random.default_rng(0).integers(0, 256, (40, 70, 3), dtype=np.uint8)
    found = reference.align_corners(picture) * 255
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert found[corner] == pytest.approx(picture[corner].astype(float), abs=1e-3)


def test_align_corners_is_linear_between_pixels():
    ramp = np.arange(0, 200, 50, dtype=np.uint8)
    picture = np.broadcast_to(ramp[None, :, None], (3, 4, 3))
    row = reference.align_corners(picture, side=7)[0, :, 0] * 255
    assert row == pytest.approx([0, 25, 50, 75, 100, 125, 150], abs=1e-3)


@pytest.mark.parametrize(
    ("name", "shape", "low", "high"),
    [("nsfw-mid", (1, 3, 224, 224), -1, 1), ("open-nsfw", (1, 224, 224, 3), -123, 151)],
)
def test_each_original_path_has_its_shape_and_range(name, shape, low, high):
    for level, wanted in ((0, low), (255, high)):
        found = reference.PATHS[name](np.full((50, 60, 3), level, np.uint8))
        assert found.shape == shape
        assert found.dtype == np.float32
        assert (found.min() if level == 0 else found.max()) == pytest.approx(wanted)
