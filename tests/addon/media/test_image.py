import random
import struct
import warnings
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from tests.addon.media import made
from tests.addon.media.made import RASTERS, encoded, scene, small

from garim_addon.media.errors import MediaError
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
from garim_addon.media.sniff import Format
from garim_addon.verdict import FailureCause

SMALL = Limits(max_pixels=4_000_000, max_frames=50, animation_pixels=4_000_000)
EXACT = ("PNG", "BMP", "TIFF", "WEBP")


def cause_of(body, limits=SMALL):
    """Open; return what failed, or None. Anything but MediaError escapes, warnings too."""
    try:
        picture = open_picture(body, limits)
    except MediaError as error:
        return error.cause if len(error.detail) < 200 else error.detail
    for frame in picture.samples:
        assert frame.luma.shape == (64, 64)
        assert np.isfinite(frame.luma).all()
        assert all(view.shape[2] == 3 and view.dtype == np.uint8 for view in frame.views)
    return None


# --- every format and mode -----------------------------------------------------------------------

MODES = [
    ("JPEG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"),
    ("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGB"), ("PNG", "RGBA"),
    ("PNG", "I;16"), ("GIF", "L"), ("GIF", "P"), ("GIF", "RGB"),
    ("WEBP", "RGB"), ("WEBP", "RGBA"), ("WEBP", "L"), ("AVIF", "RGB"), ("AVIF", "RGBA"),
    ("BMP", "1"), ("BMP", "L"), ("BMP", "P"), ("BMP", "RGB"), ("BMP", "RGBA"),
    ("TIFF", "1"), ("TIFF", "L"), ("TIFF", "LA"), ("TIFF", "P"), ("TIFF", "RGB"), ("TIFF", "RGBA"),
    ("TIFF", "CMYK"), ("TIFF", "YCbCr"), ("TIFF", "I;16"), ("TIFF", "F"), ("TIFF", "LAB"),
    ("ICO", "RGBA"),
]  # fmt: skip


def in_mode(image, mode):
    grey = image.convert("L")
    if mode == "I;16":
        return Image.fromarray(np.asarray(grey, np.uint16) * 257)
    if mode == "F":
        return Image.fromarray(np.asarray(grey, np.float32) / 255)
    if mode == "LAB":
        neutral = Image.new("L", grey.size, 128)
        return Image.merge("LAB", (grey, neutral, neutral))
    return image.convert(mode)


@pytest.mark.parametrize(("fmt", "mode"), MODES)
def test_every_format_in_every_mode(fmt, mode):
    source = scene(128, 96)
    body = encoded(in_mode(source, mode), fmt, **({"sizes": [(128, 96)]} if fmt == "ICO" else {}))
    picture = open_picture(body, Limits())
    assert (picture.width, picture.height, picture.frames) == (128, 96, 1)
    assert picture.format.value.upper() == fmt
    assert (picture.complete, picture.animated, picture.truncated) == (True, False, False)
    (frame,) = picture.samples
    (view,) = frame.views
    assert view.shape == (96, 128, 3)
    grey = mode in ("1", "L", "LA", "I;16", "F", "LAB")
    wanted = np.asarray(source.convert("L").convert("RGB") if grey else source, np.float64)
    blurred = [Image.fromarray(a.astype(np.uint8)).reduce(16) for a in (view, wanted)]
    assert np.abs(np.subtract(*(np.asarray(b, float) for b in blurred))).mean() < 9


@pytest.mark.parametrize("fmt", EXACT)
def test_lossless_formats_give_their_pixels(fmt):
    source = scene(200, 150)
    options = {"lossless": True} if fmt == "WEBP" else {}
    (frame,) = open_picture(encoded(source, fmt, **options), Limits()).samples
    assert np.array_equal(frame.views[0], np.asarray(source))


def test_adobe_cmyk_is_not_inverted():
    body = encoded(Image.new("CMYK", (64, 64), (0, 0, 0, 0)), "JPEG")
    assert b"Adobe" in body
    assert open_picture(body, Limits()).samples[0].views[0].min() > 250


@pytest.mark.parametrize("shape", [(72, 96), (72, 96, 3), (72, 96, 4)])
def test_jxl_channels(shape):
    pixels = np.random.default_rng(3).integers(0, 256, shape, np.uint8)
    body = made.pylibjxl.encode(pixels if pixels.ndim == 3 else pixels[..., None], lossless=True)
    picture = open_picture(body, Limits())
    assert (picture.width, picture.height, picture.format) == (96, 72, Format.JXL)
    assert len(picture.samples[0].views) == (2 if shape[2:] == (4,) else 1)


def test_heic():
    picture = open_picture((made.DATA / "scene.heic").read_bytes(), Limits())
    assert (picture.format, picture.width, picture.height) == (Format.HEIC, 320, 240)
    sky, field = picture.samples[0].views[0][20, 60], picture.samples[0].views[0][200, 20]
    assert sky[2] > 180  # blue above, green below, as the test picture has it
    assert field[1] > field[2]


def test_heic_alpha_has_two_views():
    picture = open_picture((made.DATA / "alpha.heic").read_bytes(), Limits())
    white, black = picture.samples[0].views
    assert white[100, 300].min() > 250
    assert black[100, 300].max() < 5


def test_svg_has_no_samples():
    picture = open_picture(
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", Limits()
    )
    assert (picture.format, picture.samples, picture.animated) == (Format.SVG, (), False)


@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_transparent_colour(mode):
    shown, clear = ((0, 0, 0), (1, 1, 1)) if mode == "RGB" else (0, 1)
    image = Image.new(mode, (80, 60), clear)
    if mode == "P":
        image.putpalette([10, 20, 30, 40, 50, 60])
    image.paste(shown, (0, 0, 40, 60))
    body = encoded(image, "PNG", transparency=clear)
    white, black = open_picture(body, Limits()).samples[0].views
    assert white[30, 70].tolist() == [255, 255, 255]
    assert black[30, 70].tolist() == [0, 0, 0]
    assert white[30, 10].tolist() == black[30, 10].tolist()


# --- size and direction --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1152, 864), (432, 576)),
        ((4000, 3000), (375, 500)),
        ((300, 200), (200, 300)),
        ((600, 300), (300, 600)),
    ],
)
def test_jpeg_is_scaled_while_decoding(size, shape):
    picture = open_picture(encoded(scene(64, 48).resize(size), "JPEG"), Limits())
    assert (picture.width, picture.height) == size
    assert picture.samples[0].views[0].shape == (*shape, 3)


@pytest.mark.parametrize("fmt", EXACT)
def test_others_are_scaled_after_it(fmt):
    picture = open_picture(encoded(scene(900, 700), fmt), Limits())
    assert (picture.width, picture.height) == (900, 700)
    assert picture.samples[0].views[0].shape == (350, 450, 3)


def test_extreme_shapes_stay_small():
    picture = open_picture(encoded(Image.new("L", (30_000, 20)), "PNG"), Limits())
    assert (picture.width, picture.height) == (30_000, 20)
    assert max(picture.samples[0].views[0].shape) <= 2048


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_exif_orientation(fmt, turn):
    upright = scene(120, 80)
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright if turn == 1 else upright.transpose(back[turn])
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = open_picture(encoded(stored, fmt, exif=exif), Limits())
    assert (picture.width, picture.height) == (120, 80)
    plain = open_picture(encoded(upright, "PNG"), Limits())
    shown, wanted = picture.samples[0], plain.samples[0]
    assert np.abs(shown.views[0].astype(int) - wanted.views[0]).mean() < 8
    assert np.abs(shown.luma - wanted.luma).mean() < 4


def test_heic_rotation():
    turned = open_picture((made.DATA / "turned.heic").read_bytes(), Limits())
    plain = open_picture((made.DATA / "scene.heic").read_bytes(), Limits())
    assert (turned.width, turned.height) == (320, 240)
    assert np.abs(turned.samples[0].luma - plain.samples[0].luma).mean() < 4


# --- bombs ---------------------------------------------------------------------------------------

HUGE = b"\xff\xff\xff\xff"
LZW = b"\0\x02\x02\x44\x01\x00;"
ONE_BIT = zlib.compress(bytes(3751 * 30_000))
BMP = struct.pack("<IiiHHIIiiII", 40, 50_000, 50_000, 1, 1, 0, 0, 0, 0, 2, 0)
BOMBS = {
    "png bits": made.png(30_000, 30_000, bits=1, colour=0, data=ONE_BIT),
    "png header": made.png(60_000, 60_000),
    "gif canvas": b"GIF89a" + HUGE + b"\0\0\0,\0\0\0\0" + HUGE + LZW,
    "gif frame": b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0" + HUGE + LZW,
    "bmp": b"BM" + bytes(12) + BMP,
    "webp": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff" + HUGE,
    "webp lossless": b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xff\xff\xff\x0f" + bytes(9),
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_pixel_bombs(body):
    assert cause_of(body, Limits()) is FailureCause.TOO_LARGE


def test_png_with_a_huge_text_is_still_judged():
    """Browsers show it, so a text bomb must not hide the picture; and it must not be unpacked."""
    bomb = zlib.compress(bytes(30 << 20), 9)
    for name, head in ((b"zTXt", b"k\0\0"), (b"iCCP", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0")):
        picture = open_picture(made.with_chunk(small(Format.PNG), name, head + bomb), Limits())
        assert np.array_equal(picture.samples[0].views[0], np.asarray(scene(96, 72)))


def test_apng_with_thousands_of_frames():
    frames = [Image.new("L", (8, 8), value % 251) for value in range(3000)]
    body = made.animation("PNG", frames)
    assert cause_of(body, Limits(max_frames=2999)) == "too-large"
    picture = open_picture(body, Limits(animation_seconds=60))
    assert picture.frames == 3000
    assert len(picture.samples) == 8


def test_apng_that_declares_more_than_it_has():
    body = made.animation("PNG", [scene(40, 30, seed) for seed in range(3)])
    at = body.index(b"acTL") + 4
    for declared, cause in ((9000, None), (2**31 - 1, "too-large")):
        lying = body[:at] + declared.to_bytes(4) + body[at + 4 :]
        assert cause_of(lying, Limits()) == cause


def test_body_over_the_cap():
    assert cause_of(small(Format.PNG), Limits(max_bytes=100)) == "too-large"


def test_memory_that_is_not_there_is_too_large(monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", full)
    assert cause_of(small(Format.PNG)) == "too-large"


# --- truncated and damaged -----------------------------------------------------------------------

SHOWN_IN_PART = (Format.JPEG, Format.PNG, Format.GIF, Format.WEBP)


@pytest.mark.parametrize("found", SHOWN_IN_PART)
def test_a_truncated_picture_is_judged_by_its_upper_part(found):
    source = scene(96, 72)
    body = small(found)
    picture = open_picture(body[: len(body) * 3 // 4], Limits())
    assert picture.truncated
    assert (picture.width, picture.height) == (96, 72)
    top = picture.samples[0].views[0][:20].astype(int)
    assert np.abs(top - np.asarray(source)[:20]).mean() < 25


@pytest.mark.parametrize("found", [Format.AVIF, Format.HEIC, Format.JXL])
def test_formats_that_no_viewer_shows_in_part(found):
    body = small(found)
    assert cause_of(body[: len(body) * 3 // 4]) is FailureCause.UNDECODABLE


def test_nothing_but_a_header_is_undecodable():
    assert cause_of(made.png(50, 50)) is FailureCause.UNDECODABLE
    jpeg = small(Format.JPEG)
    assert cause_of(jpeg[: jpeg.index(b"\xff\xda")]) is FailureCause.UNDECODABLE


def test_a_plain_picture_is_not_taken_for_nothing():
    assert cause_of(encoded(Image.new("RGB", (50, 50), "white"), "PNG")) is None


def test_damage_after_the_start_does_not_hide_the_rest():
    body = bytearray(encoded(scene(200, 150), "PNG"))
    body[len(body) // 2] ^= 0xFF
    picture = open_picture(bytes(body), Limits())
    assert picture.truncated
    assert np.array_equal(picture.samples[0].views[0][:30], np.asarray(scene(200, 150))[:30])


@pytest.mark.parametrize("found", RASTERS)
def test_every_truncation_ends_well(found):
    body = small(found)
    stride = max(1, len(body) // 60)
    lengths = {*range(min(len(body), 64)), *range(0, len(body), stride), len(body) - 1}
    for length in sorted(lengths):
        assert cause_of(body[:length]) in (None, FailureCause.UNDECODABLE, FailureCause.TOO_LARGE)


def mutated(body, seed):
    """Change, insert, delete or repeat a few stretches, most of them near the headers."""
    dice = random.Random(seed)
    data = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        span = len(data) if dice.random() < 0.4 else min(len(data), 200)
        at = dice.randrange(span)
        match dice.randrange(5):
            case 0:
                data[at] = dice.randrange(256)
            case 1:
                data[at] ^= 1 << dice.randrange(8)
            case 2:
                data[at : at + 4] = dice.choice((HUGE, bytes(4), b"\x7f\xff\xff\xff"))
            case 3:
                del data[at : at + dice.randint(1, 16)]
            case _:
                data[at:at] = data[at : at + dice.randint(1, 32)]
    return bytes(data)


MOVING = [scene(40, 30, seed) for seed in (1, 2, 3)]
SUBJECTS = {
    **{found.value: small(found) for found in RASTERS},
    "icon of png": encoded(scene(48, 48), "ICO"),
    "progressive": encoded(scene(64, 48), "JPEG", progressive=True),
    "palette": encoded(scene(64, 48).convert("P"), "PNG", transparency=2),
    "tiff lzw": encoded(scene(64, 48), "TIFF", compression="tiff_lzw"),
    "webp lossless": encoded(scene(64, 48), "WEBP", lossless=True),
    **{f"moving {fmt}": made.animation(fmt, MOVING) for fmt in made.ANIMATED},
}  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_mutations(subject):
    """200 deterministic mutations a subject: only MediaError, no warning, caps hold."""
    causes = [cause_of(mutated(SUBJECTS[subject], seed)) for seed in range(200)]
    assert set(causes) <= {None, FailureCause.UNDECODABLE, FailureCause.TOO_LARGE}
    assert FailureCause.UNDECODABLE in causes


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(sorted(SUBJECTS)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), min_size=1, max_size=6),
)
def test_any_overwriting(subject, changes):
    data = bytearray(SUBJECTS[subject])
    for place, new in changes:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    assert cause_of(bytes(data)) in (None, FailureCause.UNDECODABLE, FailureCause.TOO_LARGE)


@given(st.binary(max_size=100), st.sampled_from([body[:16] for body in SUBJECTS.values()]))
def test_any_bytes_after_a_magic(tail, magic):
    assert cause_of(magic + tail) in (None, FailureCause.UNDECODABLE, FailureCause.TOO_LARGE)


@pytest.mark.parametrize("body", [b"", b"text", b"<html>", b"\0" * 5000])
def test_what_is_no_picture(body):
    assert cause_of(body) is FailureCause.UNDECODABLE


def test_pillow_is_left_as_it_was():
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    cause_of(small(Format.PNG)[:900])
    cause_of(made.png(60_000, 60_000))
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Image.open(BytesIO(small(Format.PNG))).load()
