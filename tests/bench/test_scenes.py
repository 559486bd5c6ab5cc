import numpy as np
import pytest
from bench import scenes


@pytest.mark.parametrize("make", scenes.MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("shape", scenes.SHAPES)
def test_every_kind_is_made_in_every_shape_from_its_seed(make, shape):
    more = (1,) if make is scenes.caption else ()
    first, again, other = (make(np.random.default_rng(s), *shape, *more) for s in (1, 1, 2))
    assert first.shape == shape
    assert np.isfinite(first).all()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_scene_is_known_by_its_seed():
    made = [scenes.scene((0, number)) for number in range(40)]
    assert all(one.dtype == np.uint8 and one.shape in scenes.SHAPES for one in made)
    assert all(np.array_equal(one, scenes.scene((0, n))) for n, one in enumerate(made[:5]))
    assert len({one.tobytes() for one in made}) == 40
    assert not np.array_equal(made[0], scenes.scene((1, 0)))


def test_most_scenes_have_something_to_see():
    assert np.mean([scenes.scene((3, number)).std() > 5 for number in range(60)]) > 0.9
