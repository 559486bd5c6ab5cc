import io

import numpy as np
import pytest
from bench import pictures
from PIL import Image


def test_the_same_seed_gives_the_same_pixels_and_another_seed_others():
    first, again, other = (pictures.pixels(96, 64, seed) for seed in (1, 1, 2))
    assert first.shape == (64, 96, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("format_", pictures.FORMATS)
def test_each_format_is_what_it_says(format_):
    with Image.open(io.BytesIO(pictures.encoded(160, 120, format_))) as image:
        assert image.format == format_.upper()
        assert image.size == (160, 120)


@pytest.mark.parametrize("format_", pictures.BYTES_PER_PIXEL)
def test_the_quality_is_the_highest_within_the_size(format_):
    image = Image.fromarray(pictures.pixels(320, 240))
    found = pictures.quality(image, format_)
    most = 320 * 240 * pictures.BYTES_PER_PIXEL[format_]

    def size(quality):
        buffer = io.BytesIO()
        image.save(buffer, format_, quality=quality)
        return len(buffer.getvalue())

    assert size(found) <= most < size(found + 1)


def test_variants_differ_in_bytes_and_not_in_pixels():
    body = pictures.encoded(64, 48, "jpeg")
    made = [*pictures.variants(body, 3, "a"), *pictures.variants(body, 3, "b")]
    assert len({body, *made}) == 7
    opened = [np.asarray(Image.open(io.BytesIO(each))) for each in (body, *made)]
    assert all(np.array_equal(opened[0], each) for each in opened[1:])


def test_a_picture_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setitem(pictures.SIZES, "0.3 MP", (64, 48))
    path = pictures.kept(tmp_path / "new", "0.3 MP", "png")
    body = path.read_bytes()
    monkeypatch.setattr(pictures, "encoded", lambda *_: pytest.fail("made again"))
    assert pictures.kept(tmp_path / "new", "0.3 MP", "png").read_bytes() == body


def test_the_condemned_picture_has_the_size_asked_for(tmp_path, monkeypatch):
    monkeypatch.setitem(pictures.SIZES, "0.3 MP", (64, 48))
    Image.fromarray(pictures.pixels(32, 32)).save(tmp_path / "fixture.png")
    path = pictures.condemned(tmp_path, tmp_path / "fixture.png", "0.3 MP")
    with Image.open(path) as image:
        assert (image.format, image.size) == ("JPEG", (64, 48))
