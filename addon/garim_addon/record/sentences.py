"""The sentences of `record.why`: one for every action, rule and cause.

Rules:
- Tables over our enums, so that a new member without a sentence fails a test.
- English here, marked for translation; `why` translates when it speaks.
"""

from garim_addon.decide.action import Action
from garim_addon.text import N_
from garim_addon.verdict import FailureCause, Reason

DONE: dict[Action, str] = {
    Action.PASS: N_("It was passed unchanged."),
    Action.REPLACE: N_("It was replaced by a placeholder."),
    Action.CUT: N_("The connection was cut."),
    Action.REFUSE: N_("It was refused; a page was shown in its place."),
    Action.REPORT: N_("It was passed unchanged and only counted."),
}
REPORTED: dict[Action, str] = {
    Action.REPLACE: N_("Dry run: it was passed; else it would have been replaced."),
    Action.CUT: N_("Dry run: it was passed; else the connection would have been cut."),
    Action.REFUSE: N_("Dry run: it was passed; else it would have been refused."),
}
REASONS: dict[Reason, str] = {
    Reason.NOTHING_FOUND: N_("No list names it, and the classifier found nothing."),
    Reason.TOO_SMALL: N_("It is too small to be judged, and no list names it."),
    Reason.LISTED_ADDRESS: N_("A list names its address."),
    Reason.LISTED_DIGEST: N_("A list names this very file."),
    Reason.LISTED_PICTURE: N_("A list names this picture."),
    Reason.LISTED_FRAME: N_("A list names a video that this picture is a frame of."),
    Reason.LISTED_TORRENT: N_("A list names what this torrent file leads to."),
    Reason.LISTED_PICTURE_UNCONFIRMED: N_(
        "It resembles a listed picture, but nothing confirms it; that never blocks."
    ),
    Reason.LISTED_QUARANTINED: N_(
        "It resembles a listed picture, but that entry matches too much and is not believed until "
        "its list confirms it; that never blocks."
    ),
    Reason.CLASSIFIER_SURE: N_("The classifier is sure that it shows sexual content."),
    Reason.CLASSIFIERS_AGREE: N_("Both classifiers agree that it shows sexual content."),
    Reason.CLASSIFIERS_DISAGREE: N_("The two classifiers disagree; that never blocks."),
    Reason.FAILED: N_("It could not be judged."),
}
CAUSES: dict[FailureCause, str] = {
    FailureCause.TIMEOUT: N_("Judging took longer than the policy's deadline."),
    FailureCause.CRASH: N_("The inspector process ended while judging it."),
    FailureCause.TOO_LARGE: N_("It is larger than the policy's limits."),
    FailureCause.UNDECODABLE: N_("It is damaged, or no decoder can read it."),
    FailureCause.PARTIAL: N_("Only a part of it was asked for, and a part cannot be judged."),
    FailureCause.OVERLOADED: N_("Too much was waiting to be judged."),
    FailureCause.MODEL_MISSING: N_("A model of the classifier is missing or was changed."),
    FailureCause.LIST_STALE: N_("The lists are too old."),
    FailureCause.INTERNAL: N_("An error in Garim itself kept it from being judged."),
}
MATCHED: dict[str, str] = {
    "host": N_("the host"),
    "address": N_("the address"),
    "digest": N_("the file"),
    "torrent": N_("the torrent"),
}
