import numpy as np
import pytest
from PIL import Image
from tests.addon.media.made import scene

from garim_addon.media import pixels
from garim_addon.media.pixels import flat, orientation, scaled, upright, views


def mean_of(image):
    return np.asarray(image.convert("RGB"), np.float64).mean()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "HSV", "RGBX"])
def test_opaque_modes_look_the_same(mode):
    image = scene().convert(mode)
    assert flat(image).mode in ("L", "RGB")
    assert mean_of(flat(image)) == pytest.approx(mean_of(image), abs=1)


@pytest.mark.parametrize("mode", ["LA", "La", "PA", "RGBA", "RGBa"])
def test_alpha_modes_become_rgba(mode):
    source = scene().convert("RGBA")
    source.putalpha(128)
    steps = {"PA": ("P", "PA"), "La": ("LA", "La")}
    image = source
    for step in steps.get(mode, (mode,)):
        image = image.convert(step)
    assert flat(image).mode == "RGBA"


@pytest.mark.parametrize(
    ("values", "mode", "wanted"),
    [
        (np.array([[0, 256, 65535]], np.uint16), "I;16", [0, 1, 255]),
        (np.array([[0, 100, 255]], np.int32), "I", [0, 100, 255]),
        (np.array([[0, 65535, 32768]], np.int32), "I", [0, 255, 127]),
        (np.array([[0, 1_000_000, 500_000]], np.int32), "I", [0, 255, 127]),
        (np.array([[-10, 0, 10]], np.int32), "I", [0, 127, 255]),
        (np.array([[0, 0.5, 1.0]], np.float32), "F", [0, 127, 255]),
        (np.array([[0, np.nan, np.inf]], np.float32), "F", [0, 0, 0]),
        (np.array([[0, 255.0, 51.0]], np.float32), "F", [0, 255, 51]),
        (np.array([[7, 7, 7]], np.int32), "I", [7, 7, 7]),
    ],
)
def test_deep_modes(values, mode, wanted):
    image = Image.fromarray(values)
    assert image.mode == mode
    assert np.asarray(flat(image)).tolist() == [wanted]


def test_lab_is_seen_by_its_lightness():
    image = Image.new("LAB", (3, 3), (200, 128, 128))
    assert flat(image).getpixel((1, 1)) == 200


@pytest.mark.parametrize(
    ("size", "wanted", "step"),
    [
        ((300, 200), (300, 200), 1),
        ((511, 600), (511, 600), 1),
        ((512, 512), (256, 256), 2),
        ((1000, 1533), (334, 511), 3),
        ((5000, 40), (1667, 14), 3),
        ((1, 9000), (1, 1800), 5),
    ],
)
def test_scaled_sizes(size, wanted, step):
    small = scaled(Image.new("L", size), size)
    assert (small.image.size, small.step, small.size) == (wanted, step, size)


def test_scaled_counts_the_decoders_own_step():
    assert scaled(Image.new("RGB", (600, 600)), (4800, 4800), 8).step == 16


def test_views_over_white_and_black():
    image = Image.new("RGBA", (4, 1))
    image.putdata([(10, 20, 30, 255), (10, 20, 30, 0), (200, 100, 0, 128), (255, 255, 255, 51)])
    white, black = views(image)
    assert white.tolist() == [[[10, 20, 30], [255, 255, 255], [227, 177, 127], [255, 255, 255]]]
    assert black.tolist() == [[[10, 20, 30], [0, 0, 0], [100, 50, 0], [51, 51, 51]]]


@pytest.mark.parametrize(("clear", "wanted"), [(0, 1), (1, 1), (2, 2), (100, 2)])
def test_second_view_only_where_it_differs(clear, wanted):
    """One clear pixel of 100 moves the mean by 2.55 levels, a half-clear one by 1.3."""
    alpha = [255] * 100
    alpha[:clear] = [0] * clear
    if clear == 1:
        alpha[0] = 120
    image = Image.new("RGBA", (10, 10), (9, 9, 9, 255))
    mask = Image.new("L", (10, 10))
    mask.putdata(alpha)
    image.putalpha(mask)
    assert len(views(image)) == wanted


def test_grey_becomes_three_channels():
    (view,) = views(Image.new("L", (5, 4), 77))
    assert view.shape == (4, 5, 3)
    assert set(view.ravel().tolist()) == {77}


@pytest.mark.parametrize("turn", range(1, 9))
def test_upright_is_what_exif_means(turn):
    image = scene(12, 8)
    pillow = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
    }  # fmt: skip
    wanted = image if turn == 1 else image.transpose(pillow[turn])
    turned = upright(np.asarray(image), turn)
    assert np.array_equal(turned, np.asarray(wanted))
    assert turned.flags.c_contiguous


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [(None, 1), ("text", 1), (b"", 1), (b"Exif\0\0junk", 1), (b"II*\0\xff\xff\xff\xff", 1)],
)
def test_damaged_orientation_is_none(raw, wanted):
    image = Image.new("L", (1, 1))
    image.info["exif"] = raw
    assert orientation(image) == wanted


@pytest.mark.parametrize(("value", "wanted"), [(1, 1), (6, 6), (8, 8), (0, 1), (9, 1), (77, 1)])
def test_orientation_is_read(value, wanted):
    exif = Image.Exif()
    exif[0x0112] = value
    image = Image.new("L", (1, 1))
    image.info["exif"] = exif.tobytes()
    assert orientation(image) == wanted


def test_luma_of_wide_pictures_is_scaled_by_axis():
    image = scene(1600, 300)
    small = scaled(image, image.size)
    luma = pixels.luma(views(small.image)[0], small)
    assert luma.shape == (64, 64)
    assert luma.mean() == pytest.approx(np.asarray(image.convert("L")).mean(), abs=1)
