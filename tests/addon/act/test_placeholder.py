import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from garim_addon.act.placeholder import render
from garim_addon.act.placeholder_spec import PlaceholderSpec, output_format
from garim_addon.media.sniff import Format, sniff

SIZES = [(1, 1), (16, 16), (64, 64), (320, 50), (120, 600), (1024, 768)]


def spec(kind, width, height, style="card"):
    return PlaceholderSpec(kind, width, height, "성적 내용", "k7f3qd", style)


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [*Format, "unknown"])
def test_the_format_and_the_size_are_the_originals(kind, size):
    data = render(spec(kind, *size))
    assert sniff(data) is output_format(kind)
    assert opened(data).size == size


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "avif"])
def test_a_one_megapixel_card_is_under_30_kilobytes(kind):
    assert len(render(spec(kind, 1200, 900))) < 30_000


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "avif"])
def test_a_huge_original_gets_a_smaller_card_of_the_same_shape(kind):
    width, height = Image.open(io.BytesIO(render(spec(kind, 40_000, 20_000)))).size
    assert width * height <= 50_000_000
    assert width / height == pytest.approx(2, rel=0.01)


def photo(kind="JPEG"):
    rows, columns = np.mgrid[0:300, 0:400]
    array = np.stack([columns // 2, rows // 2, (rows + columns) // 4], -1).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(array).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "avif", "bmp"])
def test_a_blur_shows_the_colours_of_the_original(kind):
    image = opened(render(spec(kind, 400, 300, "blur"), photo())).convert("RGB")
    assert image.size == (400, 300)
    left, right = image.getpixel((20, 150)), image.getpixel((380, 150))
    assert right[0] > left[0] + 40


@pytest.mark.parametrize("body", [b"", b"junk", photo()[:300]])
def test_a_blur_that_cannot_be_made_is_a_card(body):
    broken = render(spec("png", 400, 300, "blur"), body)
    assert broken == render(spec("png", 400, 300))


def test_it_draws_after_the_disk_is_closed_and_without_system_fonts(tmp_path):
    code = """
import resource, sys
from garim_addon.act.placeholder import render
from garim_addon.act.placeholder_spec import PlaceholderSpec
sys.path.clear(); sys.path_importer_cache.clear()
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
for kind in ("jpeg", "png", "webp", "gif", "avif", "bmp"):
    assert render(PlaceholderSpec(kind, 200, 100, "시험", "k7f3qd"))
"""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
