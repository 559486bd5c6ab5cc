import pytest

from garim_agent.demo import plan
from garim_agent.demo.files import ANIMATED, SUFFIX
from garim_agent.demo.plan import Fate, Plan, Source


def test_names_are_unique():
    names = [picture.name for picture in plan.ALL]
    assert len(names) == len(set(names))


def test_every_picture_can_be_encoded():
    assert {picture.format for picture in plan.ALL} == set(SUFFIX)
    assert {picture.format for picture in plan.ALL if picture.animated} == set(ANIMATED)


@pytest.mark.parametrize("source", Source)
def test_only_the_official_pictures_are_covered(source):
    official = source in {Source.LISTED, Source.CLASSIFIER}
    assert Plan("x", source, "png").fate is (Fate.COVER if official else Fate.SHOW)


def test_the_many_are_many_and_a_few_are_covered():
    assert len(plan.MANY) == 200
    assert sum(picture.fate is Fate.COVER for picture in plan.MANY) == 8
    covered = [p for p in plan.MANY if p.fate is Fate.COVER]
    assert len({picture.quality for picture in covered}) == len(covered)


@pytest.mark.parametrize(("kind", "size"), [("png", (640, 480)), ("ico", (640, 640))])
def test_pictures_are_four_to_three_and_icons_square(kind, size):
    picture = Plan("x", Source.TILES, kind)
    assert (picture.width, picture.height) == size
