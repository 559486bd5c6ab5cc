"""PDQ against the reference implementation (`pdqhash`), on the full decoded picture."""

from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
import pdqhash
import pytest
from PIL import Image
from tests.addon.media.made import encoded, scene

from garim_addon.judge.pdq import dihedral, hamming, pdq, quality
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits

PHOTOS = {
    "skimage.data": ["astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "camera.png"],
    "sklearn.datasets.images": ["china.jpg", "flower.jpg"],
}
SIZES = (
    (100, 100), (128, 96), (160, 120), (97, 210), (240, 180), (256, 256), (257, 400), (320, 200),
    (400, 300), (511, 383), (512, 512), (640, 480), (700, 233), (800, 600), (1000, 750),
)  # fmt: skip
FORMATS = (
    ("JPEG", {"quality": 90}),
    ("JPEG", {"quality": 60, "subsampling": 2}),
    ("JPEG", {"quality": 80, "progressive": True}),
    ("PNG", {"compress_level": 1}),
    ("WEBP", {"quality": 70, "method": 0}),
)


def reference(picture):
    bits, found = pdqhash.compute(np.ascontiguousarray(picture.convert("RGB")))
    return np.packbits(np.asarray(bits, np.uint8)).tobytes(), found


@cache
def photos():
    found = {}
    for package, names in PHOTOS.items():
        for name in names:
            data = files(package).joinpath(name).read_bytes()
            found[name] = Image.open(BytesIO(data)).convert("RGB")
    for seed in range(4):
        found[f"scene {seed}"] = scene(640, 480, seed)
    return found


def cases():
    """Yield (picture, format, options): whole and cropped, all sizes, formats in turn."""
    turn = 0
    for picture in photos().values():
        width, height = picture.size
        cropped = picture.crop((width // 5, height // 6, width - 7, height - height // 4))
        for source, sizes in ((picture, SIZES), (cropped, SIZES[::2])):
            for size in sizes:
                name, options = FORMATS[turn % len(FORMATS)]
                turn += 1
                yield source.resize(size, Image.Resampling.BILINEAR), name, options
    for name, size in (("astronaut.png", (4000, 3000)), ("china.jpg", (2400, 1600))):
        yield photos()[name].resize(size, Image.Resampling.BILINEAR), "JPEG", {"quality": 85}


def test_agrees_with_the_reference_on_the_full_picture():
    distances, qualities = [], []
    for picture, name, options in cases():
        body = encoded(picture, name, **options)
        wanted, found = reference(Image.open(BytesIO(body)))
        ours = pdq(open_picture(body, Limits()).samples[0].luma)
        if found >= 80:
            distances.append(hamming(wanted, ours.bits))
        qualities.append(abs(found - ours.quality))
    apart = np.array(distances)
    print("bits:", dict(zip(*np.unique(apart, return_counts=True), strict=True)))
    assert apart.size >= 200
    assert apart.max() <= 16
    assert (apart <= 10).mean() >= 0.99
    assert max(qualities) <= 3


def test_undecoded_detail_is_exact():
    """From the same 64 x 64 pixels, bits, their order and quality are the reference's own."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        grey = rng.integers(0, 256, (64, 64), np.uint8)
        bits, found = pdqhash.compute(np.repeat(grey[..., None], 3, axis=2))
        ours = pdq(grey.astype(np.float32))
        assert hamming(ours.bits, np.packbits(np.asarray(bits, np.uint8)).tobytes()) <= 2
        assert ours.quality == found


def test_hex_is_the_official_form():
    ours = pdq(np.asarray(scene(64, 64).convert("L"), np.float32))
    bits, _ = pdqhash.compute(
        np.repeat(np.asarray(scene(64, 64).convert("L"))[..., None], 3, axis=2)
    )
    official = f"{int(''.join(str(bit) for bit in bits), 2):064x}"
    assert len(ours.hex) == 64
    assert hamming(bytes.fromhex(official), ours.bits) <= 2


def test_dihedral_forms_are_the_references():
    grey = np.asarray(scene(64, 64, 3).convert("L"))
    wanted, _ = pdqhash.compute_dihedral(np.repeat(grey[..., None], 3, axis=2))
    ours = dihedral(grey.astype(np.float32))
    assert len(ours) == 8
    assert ours[0] == pdq(grey.astype(np.float32)).bits
    for form, bits in zip(ours, wanted, strict=True):
        assert hamming(form, np.packbits(np.asarray(bits, np.uint8)).tobytes()) <= 2


@pytest.mark.parametrize("turn", list(Image.Transpose))
def test_a_turned_picture_has_one_of_the_forms(turn):
    picture = photos()["astronaut.png"]
    plain = pdq(open_picture(encoded(picture, "PNG"), Limits()).samples[0].luma).bits
    turned = picture.transpose(turn)
    luma = open_picture(encoded(turned, "PNG"), Limits()).samples[0].luma
    wanted, _ = pdqhash.compute_dihedral(np.ascontiguousarray(turned))
    for form, bits in zip(dihedral(luma), wanted, strict=True):
        assert hamming(form, np.packbits(np.asarray(bits, np.uint8)).tobytes()) <= 10
    assert min(hamming(plain, form) for form in dihedral(luma)) <= 31
    assert hamming(plain, pdq(luma).bits) > 60


@pytest.mark.parametrize(
    ("luma", "wanted"),
    [
        (np.zeros((64, 64), np.float32), 0),
        (np.full((64, 64), 255, np.float32), 0),
        (np.tile(np.array([0, 255] * 32, np.float32), (64, 1)), 100),
    ],
)
def test_quality(luma, wanted):
    assert quality(luma) == wanted
    assert pdq(luma).quality == wanted


def test_quality_of_faint_detail_is_the_references():
    rng = np.random.default_rng(7)
    for amplitude in (0.6, 1.0, 1.5, 2.0, 3.0):
        grey = np.clip(128 + rng.normal(0, amplitude, (64, 64)), 0, 255).astype(np.uint8)
        _, wanted = pdqhash.compute(np.repeat(grey[..., None], 3, axis=2))
        assert abs(quality(grey.astype(np.float32)) - wanted) <= 1


@pytest.mark.parametrize(
    ("a", "b", "bits"), [(b"\0" * 32, b"\0" * 32, 0), (b"\0", b"\xff", 8), (b"\x01", b"\x03", 1)]
)
def test_hamming(a, b, bits):
    assert hamming(a, b) == bits
