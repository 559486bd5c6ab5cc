import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.act.layout import LEGIBLE, LEGIBLE_IDENT, MARK, Role, arrange


def measure(text):
    """Hangul is one em wide, everything else a bit more than half."""
    return sum(1.0 if ord(letter) > 0x2000 else 0.56 for letter in text)


def texts(width, height, word="성적 내용", ident="k7f3qd"):
    return [piece.text for piece in arrange(width, height, word, ident, measure)]


FULL = [MARK, "성적 내용", "k7f3qd"]


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (800, 600, FULL), (64, 64, FULL), (100, 64, FULL), (3000, 4000, FULL),
        (320, 50, FULL), (728, 90, FULL), (20000, 40, FULL),
        (64, 40, [MARK]), (63, 63, []), (48, 48, []), (1, 1, []), (0, 0, []),
        (64, 8, []), (8, 2000, []), (20000, 1, []),
    ],
)  # fmt: skip
def test_what_is_written_depends_on_the_room(width, height, expected):
    assert texts(width, height) == expected


def test_a_long_reason_is_broken_at_its_space_when_that_helps():
    assert texts(100, 200, "Sexual content") == [MARK, "Sexual content", "k7f3qd"]
    assert texts(70, 200, "Sexual content") == [MARK, "Sexual", "content", "k7f3qd"]
    assert texts(64, 64, "Sexual content") == [MARK, "Sexual", "content"]


def test_missing_words_leave_no_hole():
    assert texts(200, 200, "", "") == [MARK]
    assert texts(200, 200, "Test", "") == [MARK, "Test"]


def test_a_banner_is_written_in_one_row():
    heights = {piece.y for piece in arrange(320, 50, "Test", "k7f3qd", measure)}
    assert len(heights) == 1


sides = st.integers(0, 30_000)


@given(sides, sides, st.text("가나 ab", max_size=64), st.text("0123456789", max_size=20))
def test_all_text_is_legible_and_inside(width, height, word, ident):
    for piece in arrange(width, height, word, ident, measure):
        least = LEGIBLE_IDENT if piece.role is Role.IDENT else LEGIBLE
        assert piece.size >= int(least)
        assert piece.x >= 0
        assert piece.x + piece.size * measure(piece.text) <= width
        assert piece.size / 2 <= piece.y <= height - piece.size / 2


@given(st.integers(64, 30_000), st.integers(64, 30_000))
def test_from_64_pixels_up_the_mark_is_always_there(width, height):
    assert MARK in texts(width, height, "Not judged")
