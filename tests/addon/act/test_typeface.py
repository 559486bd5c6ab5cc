import pytest

from garim_addon.act import typeface
from garim_addon.act.layout import MARK
from garim_addon.act.words import TEST, WORDS
from garim_addon.text import LANGUAGES, translate


def drawn(letter):
    mask = typeface.face(32).getmask(letter)
    return mask.size, bytes(mask)


def missing(text):
    hole = drawn("\uffff")
    return [letter for letter in text if not letter.isspace() and drawn(letter) == hole]


def test_a_missing_letter_is_noticed():
    assert missing("가\u4e00") == ["\u4e00"]


@pytest.mark.parametrize("tongue", LANGUAGES)
@pytest.mark.parametrize("message", sorted({*WORDS.values(), TEST}))
def test_every_reason_word_can_be_written(message, tongue):
    assert not missing(translate(message, tongue))


def test_the_mark_ids_and_all_common_syllables_can_be_written():
    rows, cells = range(0xB0, 0xC9), range(0xA1, 0xFF)
    syllables = [bytes((row, cell)).decode("euc-kr") for row in rows for cell in cells]
    assert len(syllables) == 2350
    assert not missing([*MARK, *map(chr, range(0x20, 0x7F)), *syllables])


def test_the_reserved_name_of_the_original_is_not_used():
    assert typeface.face(10).getname() == ("Garim Card", "Regular")
    assert b"Pretendard-" not in typeface._BYTES


def test_the_licence_travels_with_the_font():
    text = typeface.FOLDER.joinpath("OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Kil Hyung-jin" in text


def test_it_is_small_enough_to_ship():
    assert len(typeface._BYTES) < 400_000


def test_widths_scale_with_the_text():
    assert typeface.width("") == 0
    assert 1.5 < typeface.width(MARK) < 2.2
    assert typeface.width("ab") == pytest.approx(typeface.width("a") + typeface.width("b"), abs=0.1)
