"""The word on a placeholder: why a picture was covered, in one or two words.

Rules:
- Every rule of `judge.confirm` has a word, also those that only a strict policy acts on.
- The official test list says so: nobody should mistake a test for a find.
- A word names the rule, never the person or the content's details.
"""

from garim_addon.text import N_, language, translate
from garim_addon.verdict import Reason

TEST = N_("Test")
WORDS: dict[Reason, str] = {
    Reason.NOTHING_FOUND: N_("Blocked"),
    Reason.TOO_SMALL: N_("Blocked"),
    Reason.LISTED_ADDRESS: N_("Listed"),
    Reason.LISTED_DIGEST: N_("Listed"),
    Reason.LISTED_PICTURE: N_("Listed"),
    Reason.LISTED_FRAME: N_("Listed"),
    Reason.LISTED_TORRENT: N_("Listed"),
    Reason.LISTED_PICTURE_UNCONFIRMED: N_("Unconfirmed"),
    Reason.LISTED_QUARANTINED: N_("Unconfirmed"),
    Reason.CLASSIFIER_SURE: N_("Sexual content"),
    Reason.CLASSIFIERS_AGREE: N_("Sexual content"),
    Reason.CLASSIFIERS_DISAGREE: N_("Unconfirmed"),
    Reason.FAILED: N_("Not judged"),
}


def word(reason: Reason, category: str = "", tongue: str = "") -> str:
    """Return the word for a placeholder.

    Args:
        reason: The rule that decided.
        category: The list's category, when a list decided.
        tongue: `ko` or `en`; empty for the language in force.
    """
    return translate(TEST if category == "test" else WORDS[reason], tongue or language())
