import io

import numpy as np
import pytest
from PIL import Image

from garim_addon.act.blur import blurred
from garim_addon.act.placeholder_spec import PlaceholderSpec
from garim_addon.media.errors import MediaError

SPEC = PlaceholderSpec("jpeg", 320, 240, "시험", "k7f3qd", "blur")


def picture(array):
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG")
    return out.getvalue()


def test_fine_detail_is_gone_and_colour_is_left():
    stripes = np.zeros((480, 640, 3), np.uint8)
    stripes[:, ::2] = (200, 60, 60)
    image = np.asarray(blurred(SPEC, picture(stripes), (320, 240))).astype(int)
    corner = image[:40, :60]
    assert np.ptp(corner[..., 0]) <= 3
    assert corner[..., 0].mean() > 2 * corner[..., 1].mean()


def test_it_is_darker_than_the_original_so_that_white_words_are_read():
    white = np.full((300, 300, 3), 255, np.uint8)
    image = np.asarray(blurred(SPEC, picture(white), (300, 300)))
    assert image[5, 5].max() <= 160
    assert image.max() == 255


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 900, 3), (900, 2, 3)])
def test_the_oddest_shapes_are_blurred(shape):
    assert blurred(SPEC, picture(np.full(shape, 90, np.uint8)), (100, 70)).size == (100, 70)


def test_what_cannot_be_decoded_is_an_error():
    with pytest.raises(MediaError):
        blurred(SPEC, b"not a picture", (10, 10))
