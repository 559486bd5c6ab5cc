import pytest

from garim_agent.feedtool import bars
from garim_feed.publish.progress import Step


def test_every_step_has_words():
    assert set(bars.WORDS) == set(Step)
    assert {str(step) for step in Step} == set(bars.WORDS.values())


@pytest.mark.parametrize("total", [0, 10])
def test_what_is_told_becomes_a_bar_a_step(monkeypatch, total):
    made = []
    stock = bars.progress_bar

    def progress_bar():
        made.append(stock())
        return made[-1]

    monkeypatch.setattr(bars, "progress_bar", progress_bar)
    with bars.told() as tell:
        tell(Step.ADD, 1, total)
        tell(Step.ADD, 2, total)
        tell(Step.BUILD, 3, total)
    found = [(task.description, task.completed, task.total) for task in made[0].tasks]
    assert found == [("reading items", 2, total or None), ("building segments", 3, total or None)]
