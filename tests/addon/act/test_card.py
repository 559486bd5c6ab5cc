import itertools

import pytest

from garim_addon.act.card import BAND, BORDER, GREYS, PAPER, card
from garim_addon.act.placeholder_spec import PlaceholderSpec

SPEC = PlaceholderSpec("png", 0, 0, "시험", "k7f3qd")


def shades(size, *, indexed=False):
    return {value for _, value in card(SPEC, size, indexed=indexed).getcolors(256)}


def test_sixteen_greys_from_dark_to_light():
    assert len(GREYS) == 16
    assert list(GREYS) == sorted(set(GREYS))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1, 1), {PAPER}),
        ((7, 7), {PAPER}),
        ((8, 8), {PAPER, BORDER}),
        ((48, 48), {PAPER, BAND, BORDER}),
        ((4000, 2), {PAPER}),
    ],
)
def test_small_cards_are_plain(size, expected):
    assert shades(size, indexed=True) == expected
    assert shades(size) == {GREYS[shade] for shade in expected}


def test_a_readable_card_has_dark_ink_in_its_middle():
    image = card(SPEC, (64, 64), indexed=False)
    middle = image.crop((8, 8, 56, 40))
    assert middle.getextrema()[0] < 80


def test_indexed_values_stay_inside_the_palette():
    assert max(shades((300, 200), indexed=True)) < 16


def test_the_same_words_give_the_same_card_and_other_words_another():
    first = card(SPEC, (200, 100), indexed=True).tobytes()
    other = PlaceholderSpec("png", 0, 0, "시험", "another")
    assert first == card(SPEC, (200, 100), indexed=True).tobytes()
    assert first != card(other, (200, 100), indexed=True).tobytes()


@pytest.mark.parametrize("size", [(60_000, 64), (64, 60_000)])
def test_elongated_cards_are_drawn_with_few_bands(size):
    image = card(SPEC, size, indexed=True)
    line = image.crop((0, 2, size[0], 3)) if size[0] > size[1] else image.crop((2, 0, 3, size[1]))
    values = line.tobytes()
    changes = sum(a != b for a, b in itertools.pairwise(values))
    assert 10 < changes < 600
