"""From a decision to what the client gets; pages and drawing have tests of their own."""

import pytest
from made_lists import KEEPER, found
from shield_house import Pool, ask

from garim_addon.act.answering import Answering, fitting
from garim_addon.act.replacement import Replacer
from garim_addon.answer import Exchange
from garim_addon.decide.action import Action, Decision
from garim_addon.judge.inspections import list_match
from garim_addon.verdict import Inspection, Outcome, Reason, Verdict

MATCH = list_match(found("torrent"))
PICTURE, TORRENT = Inspection(kind="image", format="png"), Inspection(kind="torrent")


def answering():
    return Answering(Replacer(Pool()), lambda match: KEEPER if match.feed == "kr" else None)


@pytest.mark.parametrize(
    ("held_as_torrent", "seen", "wanted", "done"),
    [
        (False, PICTURE, Action.REPLACE, Action.REPLACE),
        (False, PICTURE, Action.REFUSE, Action.REFUSE),
        (False, TORRENT, Action.REPLACE, Action.REFUSE),
        (True, TORRENT, Action.REPLACE, Action.REFUSE),
        (True, TORRENT, Action.CUT, Action.CUT),
        (True, TORRENT, Action.PASS, Action.PASS),
        (True, Inspection(), Action.REPLACE, Action.REFUSE),
        (False, Inspection(), Action.REPLACE, Action.REPLACE),
    ],
)
def test_what_is_no_picture_is_refused_where_a_picture_is_replaced(
    held_as_torrent, seen, wanted, done
):
    exchange = Exchange(ask(), torrent=held_as_torrent)
    assert fitting(exchange, seen, Decision(wanted, wanted=wanted)) == Decision(done, wanted=wanted)


@pytest.mark.parametrize(
    ("action", "body", "page"),
    [
        (Action.PASS, b"", False),
        (Action.CUT, b"", False),
        (Action.REPLACE, b"placeholder", False),
        (Action.REFUSE, b"", True),
    ],
)
async def test_an_answer_holds_what_its_action_needs(action, body, page):
    verdict = Verdict(Outcome.BLOCK, Reason.LISTED_TORRENT, PICTURE, match=MATCH)
    exchange = Exchange(ask(accept="text/html"))
    answer = await answering().answer(exchange, verdict, Decision(action), "7K3M9Q", b"")
    assert (answer.action, answer.body) == (action, body)
    assert (answer.page is not None) == page
    if page:
        assert b"The Agency" in answer.page.body
        assert b"7K3M9Q" in answer.page.body
