import warnings

import pytest
from PIL import Image, ImageFile

from garim_addon.media.guard import guarded
from garim_addon.media.limits import Limits


def switches():
    return Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("lenient", [False, True])
def test_switches_are_set_and_put_back(lenient):
    before = switches()
    with guarded(Limits(max_pixels=1000), lenient=lenient):
        assert switches() == (500, lenient)  # Pillow raises at twice the first
    assert switches() == before


def test_put_back_after_a_failure():
    before = switches()
    with pytest.raises(OSError, match="broken"), guarded(Limits(max_pixels=7), lenient=True):
        raise OSError("broken")
    assert switches() == before


def test_warnings_stay_inside():
    with guarded(Limits(), lenient=False):
        warnings.warn("from a decoder", UserWarning, stacklevel=1)
    with pytest.raises(UserWarning):  # outside, warnings are errors in tests
        warnings.warn("from elsewhere", UserWarning, stacklevel=1)


def test_size_over_the_cap_raises_inside():
    with pytest.raises(Image.DecompressionBombError), guarded(Limits(max_pixels=100), lenient=True):
        Image._decompression_bomb_check((11, 10))
