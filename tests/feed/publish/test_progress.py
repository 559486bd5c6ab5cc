"""Progress."""

from garim_feed.publish.progress import Step, silent


def test_steps_have_words_of_their_own():
    assert len({step.value for step in Step}) == len(Step)
    silent(Step.ADD, 0, 0)
