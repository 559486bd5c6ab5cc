import pytest

from garim_addon.act.words import TEST, WORDS, word
from garim_addon.text import set_language
from garim_addon.verdict import Reason


def test_every_rule_has_a_word():
    assert WORDS.keys() == set(Reason)


@pytest.mark.parametrize(
    ("reason", "category", "english"),
    [
        (Reason.LISTED_DIGEST, "ncii", "Listed"),
        (Reason.LISTED_PICTURE, "illegal", "Listed"),
        (Reason.LISTED_PICTURE, "test", "Test"),
        (Reason.LISTED_FRAME, "ncii", "Listed"),
        (Reason.LISTED_TORRENT, "ncii", "Listed"),
        (Reason.LISTED_PICTURE_UNCONFIRMED, "ncii", "Unconfirmed"),
        (Reason.LISTED_QUARANTINED, "ncii", "Unconfirmed"),
        (Reason.CLASSIFIER_SURE, "", "Sexual content"),
        (Reason.CLASSIFIERS_AGREE, "", "Sexual content"),
        (Reason.CLASSIFIERS_DISAGREE, "", "Unconfirmed"),
        (Reason.FAILED, "", "Not judged"),
    ],
)
def test_the_word_names_the_rule(reason, category, english):
    assert word(reason, category, "en") == english


def test_without_a_language_the_one_in_force_is_used():
    set_language("en")
    try:
        assert word(Reason.FAILED) == "Not judged"
    finally:
        set_language("auto")


@pytest.mark.parametrize("message", sorted({*WORDS.values(), TEST}))
def test_every_word_is_short_enough_for_a_small_card(message):
    assert len(message) <= 14
