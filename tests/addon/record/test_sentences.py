"""Every member of our enums has its sentence."""

import pytest

from garim_addon.decide.action import Action
from garim_addon.judge.confirm import EXACT_KINDS
from garim_addon.record import sentences
from garim_addon.verdict import FailureCause, Reason


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (sentences.DONE, set(Action)),
        (sentences.REPORTED, {action for action in Action if action.changes}),
        (sentences.REASONS, set(Reason)),
        (sentences.CAUSES, set(FailureCause)),
        (sentences.MATCHED, EXACT_KINDS),
    ],
)
def test_a_table_is_complete_and_its_sentences_differ(table, members):
    assert set(table) == members
    assert len(set(table.values())) == len(table)
