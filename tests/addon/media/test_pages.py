import numpy as np
import pytest
from tests.addon.media.made import encoded, scene

from garim_addon.media.errors import MediaError
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
from garim_addon.media.sniff import Format


def tiff(count):
    first, *rest = [scene(60 + seed, 40, seed) for seed in range(count)]
    return encoded(first, "TIFF", save_all=True, append_images=rest)


@pytest.mark.parametrize(
    ("count", "judged", "complete"), [(1, 1, True), (3, 3, True), (8, 8, True), (11, 8, False)]
)
def test_first_pages_of_a_tiff(count, judged, complete):
    picture = open_picture(tiff(count), Limits())
    assert [frame.index for frame in picture.samples] == list(range(judged))
    assert picture.complete is complete
    assert not picture.animated
    for frame in picture.samples:
        assert np.array_equal(frame.views[0], np.asarray(scene(60 + frame.index, 40, frame.index)))


def test_every_page_is_under_the_pixel_cap():
    body = encoded(scene(20, 20), "TIFF", save_all=True, append_images=[scene(90, 90)])
    with pytest.raises(MediaError, match="too-large"):
        open_picture(body, Limits(max_pixels=5000))


def mpo(kind):
    """Two pictures; `kind` is the second one's MP type code (CIPA DC-007)."""
    left, right = scene(600, 600, 1), scene(600, 600, 2)
    body = bytearray(encoded(left, "MPO", save_all=True, append_images=[right]))
    entries = body.index(b"\x02\xb0\x07\x00", body.index(b"MPF\0")) + 16
    body[entries + 16 : entries + 20] = kind.to_bytes(4, "little")
    return bytes(body)


@pytest.mark.parametrize(
    ("kind", "judged"),
    [(0x020001, [0, 1]), (0x020002, [0, 1]), (0x020003, [0, 1]), (0x010001, [0]), (0, [0])],
    ids=["panorama", "stereo", "angle", "preview", "undefined"],
)
def test_mpo_gives_what_is_meant_to_be_looked_at(kind, judged):
    picture = open_picture(mpo(kind), Limits())
    assert picture.format is Format.JPEG
    assert not picture.animated
    assert [frame.index for frame in picture.samples] == judged
    for frame, seed in zip(picture.samples, (1, 2), strict=False):
        wanted = np.asarray(scene(600, 600, seed).reduce(2), np.int16)
        assert frame.views[0].shape == (300, 300, 3)
        assert np.abs(frame.views[0] - wanted).mean() < 4


def test_mpo_with_a_broken_table_is_a_jpeg():
    body = bytearray(mpo(0x020002))
    at = body.index(b"MPF\0")
    body[at + 4 : at + 40] = b"\xff" * 36
    assert len(open_picture(bytes(body), Limits()).samples) == 1
