import struct

import numpy as np
import pytest
from tests.addon.media.made import encoded, scene

from garim_addon.media import icon
from garim_addon.media.errors import MediaError
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits


def dib(image, *, alpha=None):
    """A 32-bit DIB payload with its (empty) AND mask; alpha fills the fourth byte."""
    width, height = image.size
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., :3] = np.asarray(image.convert("RGB"))[::-1, :, ::-1]
    pixels[..., 3] = 255 if alpha is None else alpha
    header = struct.pack("<IiiHHIIiiII", 40, width, height * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    return header + pixels.tobytes() + bytes(-(-width // 32) * 4 * height)


def ico(*payloads, kind=1, claim=(16, 16)):
    at = 6 + 16 * len(payloads)
    directory, data = b"", b""
    for payload in payloads:
        directory += struct.pack("<BBBBHHII", *claim, 0, 0, 1, 32, len(payload), at + len(data))
        data += payload
    return struct.pack("<HHH", 0, kind, len(payloads)) + directory + data


@pytest.mark.parametrize("kind", [1, 2], ids=["icon", "cursor"])
@pytest.mark.parametrize("form", ["png", "dib"])
def test_the_largest_by_its_own_header_is_taken(kind, form):
    big, little = scene(200, 150), scene(16, 16)
    payload = encoded(big, "PNG") if form == "png" else dib(big)
    body = ico(dib(little), payload, dib(little), kind=kind, claim=(1, 1))
    picture = open_picture(body, Limits())
    assert (picture.width, picture.height) == (200, 150)
    shown = picture.samples[0].views[0]
    assert np.abs(shown.astype(int) - np.asarray(big)).max() == 0


def test_png_payload_is_cut_out():
    payload = encoded(scene(40, 30), "PNG")
    assert icon.largest(ico(dib(scene(16, 16)), payload)) == payload


def test_dib_payload_keeps_one_entry():
    single = icon.largest(ico(dib(scene(16, 16)), dib(scene(48, 48))))
    assert single[:6] == b"\0\0\1\0\1\0"
    assert struct.unpack_from("<ii", single, 26) == (48, 96)  # both masks count


def test_alpha_of_zero_everywhere_hides_nothing():
    picture = open_picture(ico(dib(scene(64, 64), alpha=0)), Limits())
    assert len(picture.samples[0].views) == 1
    assert np.array_equal(picture.samples[0].views[0], np.asarray(scene(64, 64)))


@pytest.mark.parametrize(
    "body",
    [
        b"\0\0\1\0\1\0",
        ico(b"neither png nor dib, but long enough to be looked at"),
        b"\0\0\1\0\xff\xff" + bytes(100),
        ico(dib(scene(16, 16)))[:40],
    ],
    ids=["no entry", "junk", "many", "cut"],
)
def test_no_picture_in_it(body):
    with pytest.raises(MediaError, match="no entry"):
        icon.largest(body)


def test_bomb_behind_a_small_claim():
    header = struct.pack("<IiiHHIIiiII", 40, 40_000, 80_000, 1, 1, 0, 0, 0, 0, 0, 0)
    with pytest.raises(MediaError, match="too-large"):
        open_picture(ico(header + bytes(64)), Limits())
