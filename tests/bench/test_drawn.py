import numpy as np
import pytest
from bench import drawn


@pytest.mark.parametrize("draw", [drawn.page, drawn.chat, drawn.chart, drawn.logo])
def test_what_is_drawn_follows_from_the_seed(draw):
    first, again, other = (draw(np.random.default_rng(seed), 120, 90) for seed in (1, 1, 2))
    assert first.shape == (120, 90)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.min() >= 0
    assert first.max() <= 255
    assert first.std() > 1


def test_words_have_their_length():
    assert len(drawn.words(np.random.default_rng(1), 12)) == 12
    assert len(drawn.words(np.random.default_rng(1), 0)) == 1
