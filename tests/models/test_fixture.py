import numpy as np
import pytest
from models.build import fixture, places
from PIL import Image


def test_a_picture_is_smooth_and_square():
    values = np.random.default_rng(0).standard_normal(fixture.GRID**2 * 3) * 3
    image = fixture.picture(values, 128)
    assert image.size == (128, 128)
    steps = np.abs(np.diff(np.asarray(image, np.int16), axis=1)).max()
    assert steps < 40


def test_the_search_climbs(monkeypatch, capsys):
    monkeypatch.setattr(fixture, "GENERATIONS", 60)
    goals = []

    def goal(values):
        goals.append(-float(((values - 1) ** 2).sum()))
        return goals[-1]

    best = fixture.search(goal)
    assert -((best - 1) ** 2).sum() > goals[0] / 10
    assert "best" in capsys.readouterr().out


def test_the_search_is_the_same_every_time(monkeypatch, capsys):
    monkeypatch.setattr(fixture, "GENERATIONS", 5)
    one, other = (fixture.search(lambda values: float(values[0])) for _ in range(2))
    assert np.array_equal(one, other)
    assert capsys.readouterr().out


class Grey:
    """A model that is the surer the farther a picture is from mid-grey."""

    def unsafe(self, views):
        return [float(np.abs(view.astype(float) - 128).max() / 128) for view in views]


def test_the_ambiguous_blend_lies_between():
    share, mixed = fixture.ambiguous([Grey()], Image.new("RGB", (8, 8), (255, 0, 128)))
    assert 0 < share < 1
    low, high = fixture.AMBIGUOUS
    assert low <= fixture.scores([Grey()], mixed)[0] <= high


def test_no_ambiguous_blend_is_an_error():
    with pytest.raises(ValueError, match="ambiguous"):
        fixture.ambiguous([Grey()], Image.new("RGB", (8, 8), (128, 128, 128)))


def test_the_least_convinced_model_counts_most():
    class Sure:
        def __init__(self, value):
            self.value = value

        def unsafe(self, _views):
            return [self.value]

    image = Image.new("RGB", (8, 8))
    even = fixture.objective([Sure(0.9), Sure(0.9)], image)
    assert even > fixture.objective([Sure(0.999), Sure(0.3)], image)


@pytest.mark.parametrize("name", ["classifier.png", "ambiguous.png"])
def test_the_shipped_pictures_are_small_and_smooth(name):
    path = places.TESTMEDIA / name
    with Image.open(path) as image:
        assert image.size == (fixture.SIDE, fixture.SIDE)
        pixels = np.asarray(image.convert("RGB"), np.int16)
    assert path.stat().st_size < 400_000
    assert np.abs(np.diff(pixels, axis=0)).max() < 40
