import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from garim_addon.act.card import GREYS
from garim_addon.act.encode import BUDGET, PALETTE, SIDE, encode_card, encode_colour, fit
from garim_addon.media.sniff import Format

KINDS = sorted(BUDGET)


@pytest.mark.parametrize(
    ("asked", "budget", "drawn"),
    [
        ((640, 480), 10**6, (640, 480)),
        ((1, 1), 10**6, (1, 1)),
        ((0, -5), 10**6, (1, 1)),
        ((2000, 1000), 500_000, (1000, 500)),
        ((100_000, 10), 10**8, (65_500, 6)),
    ],
)
def test_the_size_is_kept_within_the_budget_and_else_the_shape(asked, budget, drawn):
    assert fit(*asked, Format.JPEG, budget) == drawn


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1), st.sampled_from(KINDS))
def test_no_size_breaks_a_format_or_the_memory(width, height, kind):
    drawn = fit(width, height, kind, BUDGET[kind])
    assert min(drawn) >= 1
    assert max(drawn) <= SIDE[kind]
    assert drawn[0] * drawn[1] <= max(BUDGET[kind], SIDE[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_keeps_its_greys(kind):
    image = Image.new("L", (40, 20), 14 if kind in PALETTE else GREYS[14])
    decoded = Image.open(io.BytesIO(encode_card(image, kind)))
    assert decoded.format == kind.value.upper()
    assert decoded.size == (40, 20)
    red, green, blue = decoded.convert("RGB").getpixel((20, 10))
    assert max(abs(value - GREYS[14]) for value in (red, green, blue)) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_colour_survives(kind):
    decoded = Image.open(io.BytesIO(encode_colour(Image.new("RGB", (40, 20), (120, 40, 60)), kind)))
    assert decoded.size == (40, 20)
    pixel = decoded.convert("RGB").getpixel((20, 10))
    assert all(abs(a - b) <= 8 for a, b in zip(pixel, (120, 40, 60), strict=True))


def test_a_png_card_uses_a_palette_of_four_bits():
    data = encode_card(Image.new("L", (40, 20), 14), Format.PNG)
    assert (data[24], data[25]) == (4, 3)
