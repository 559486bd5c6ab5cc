import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from tests.addon.media import made
from tests.addon.media.made import RASTERS, small

from garim_addon.media.decoders import check_size, open_image
from garim_addon.media.errors import MediaError
from garim_addon.media.guard import guarded
from garim_addon.media.limits import Limits
from garim_addon.media.sniff import Format
from garim_addon.verdict import FailureCause

SEALED = """
import sys
from pathlib import Path
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
bodies = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
modules, opened = set(sys.modules), []
sys.addaudithook(lambda event, args: opened.append(args) if event in ("open", "import") else None)
for body in bodies:
    open_picture(body, Limits())
    try:
        open_picture(body[: len(body) // 2], Limits())
    except Exception as error:
        assert type(error).__name__ == "MediaError", error
new = set(sys.modules) - modules
sys.exit(f"{new} {opened}" if new or opened else 0)
"""


@pytest.mark.parametrize("found", RASTERS)
def test_header_is_enough_for_the_cap(found):
    with guarded(Limits(), lenient=False):
        image = open_image(small(found), found, Limits())
        area = image.width * image.height
        with pytest.raises(MediaError) as raised:
            open_image(small(found), found, Limits(max_pixels=area - 1))
    assert raised.value.cause is FailureCause.TOO_LARGE


@pytest.mark.parametrize("found", RASTERS)
@pytest.mark.parametrize("other", RASTERS)
def test_no_other_decoder_is_tried(found, other):
    """A file under another format's name is refused, never opened by the one it belongs to."""
    if found is other or {found, other} == {Format.AVIF, Format.HEIC}:
        return
    with guarded(Limits(), lenient=True), pytest.raises(Exception, match=""):
        open_image(small(found), other, Limits()).load()


def test_svg_has_no_decoder():
    with guarded(Limits(), lenient=False), pytest.raises(MediaError, match="no decoder"):
        open_image(b"<svg/>", Format.SVG, Limits())


@pytest.mark.parametrize(
    ("size", "cause"),
    [
        ((10, 10), None),
        ((11, 10), FailureCause.TOO_LARGE),
        ((0, 10), FailureCause.UNDECODABLE),
        ((10, -1), FailureCause.UNDECODABLE),
    ],
)
def test_check_size(size, cause):
    try:
        check_size(*size, Limits(max_pixels=100))
        found = None
    except MediaError as error:
        found = error.cause
    assert found is cause


def test_nothing_is_imported_or_opened_at_decode_time(tmp_path):
    """An inspector has no files any more when the first picture comes (Landlock)."""
    one, two = made.scene(60, 40), made.scene(60, 40, 2)
    bodies = [small(found) for found in RASTERS]
    bodies += [made.animation(fmt, [one, two]) for fmt in made.ANIMATED]
    bodies += [(made.DATA / name).read_bytes() for name in ("turned.heic", "alpha.heic")]
    bodies += [
        made.encoded(one, "ICO"),
        made.encoded(one, "TIFF", compression="tiff_lzw"),
        made.encoded(one, "TIFF", compression="jpeg"),
        made.encoded(one.convert("CMYK"), "JPEG"),
        made.encoded(one, "MPO", save_all=True, append_images=[two]),
        made.encoded(one.convert("P"), "PNG", transparency=3),
    ]
    exif = Image.Exif()
    exif[0x0112] = 6
    bodies += [made.encoded(one, fmt, exif=exif) for fmt in ("JPEG", "PNG", "TIFF", "WEBP", "AVIF")]
    for number, body in enumerate(bodies):
        (tmp_path / f"{number:03}").write_bytes(body)
    sealed = [sys.executable, "-c", SEALED, str(tmp_path)]
    done = subprocess.run(sealed, capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)


def test_animated_jxl_says_so():
    with guarded(Limits(), lenient=False):
        image = open_image(small(Format.JXL), Format.JXL, Limits())
    assert image.info["animated"] is False
    assert np.asarray(image).shape == (72, 96, 3)
