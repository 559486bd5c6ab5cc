"""Which actions change an exchange."""

import pytest

from garim_addon.decide.action import Action


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        (Action.PASS, False),
        (Action.REPLACE, True),
        (Action.CUT, True),
        (Action.REFUSE, True),
        (Action.REPORT, False),
    ],
)
def test_an_action_says_whether_it_changes_the_exchange(action, changes):
    assert action.changes is changes
