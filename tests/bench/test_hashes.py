import numpy as np
import pytest
from bench import hashes, scenes

from garim_addon.judge.pdq import pdq


@pytest.mark.parametrize("number", [10, 11])
def test_a_sample_or_scene_has_its_views_and_they_are_its_seeds(number):
    made = list(hashes.pictures(0, number))
    assert len(made) == hashes.VIEWS
    assert all(view.shape in scenes.SHAPES and view.dtype == np.uint8 for view in made)
    again = hashes.pictures(0, number)
    assert all(np.array_equal(a, b) for a, b in zip(made, again, strict=True))


def test_sources_share_no_sample():
    listed, other = hashes.SAMPLES
    assert not set(listed) & set(other)
    for source, names in enumerate(hashes.SAMPLES):
        for number in range(len(names)):
            assert max(hashes.sample(source, number).shape) <= 512


def test_bits_are_those_of_the_product():
    lumas = [hashes.luma(view) for n in range(12) for view in hashes.pictures(0, n)]
    coefficients = np.stack([hashes.coefficients(luma) for luma in lumas])
    assert hashes.bits(coefficients).tobytes() == b"".join(pdq(luma).bits for luma in lumas)


def test_variants_are_near_their_pictures_in_their_weak_bits():
    random = np.random.default_rng(1)
    luma = hashes.luma(next(hashes.pictures(0, 1)))
    coefficients = hashes.coefficients(luma)[None]
    made = hashes.variants(coefficients, 400, random)
    apart = np.unpackbits(made ^ hashes.bits(coefficients), axis=1)
    assert 2 < np.median(apart.sum(axis=1)) < 40
    away = np.abs(coefficients[0] - np.median(coefficients[0]))
    weak, strong = np.argsort(away)[:64], np.argsort(away)[-64:]
    assert apart[:, weak].mean() > 4 * apart[:, strong].mean()


def test_every_picture_has_a_kind():
    kinds = [hashes.kind(0, number) for number in range(200)]
    assert kinds.count(hashes.SAMPLE) == 20
    assert set(kinds) - {hashes.SAMPLE} <= {make.__name__ for make in scenes.MAKERS}
