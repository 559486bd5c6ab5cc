import numpy as np
import pytest
from bench import made_lists


def test_even_numbers_are_listed_and_odd_ones_are_not(tmp_path):
    made_lists.write(tmp_path, made_lists.address_tables(300))
    index = made_lists.opened(tmp_path)
    found = [bool(index.address(f"https://{made_lists.expression(n)}")) for n in range(600)]
    assert found == [True, False] * 300


def test_about_half_of_what_is_asked_is_listed():
    listed = set(made_lists.expressions(300))
    asked = made_lists.asked(300, 2000, 1)
    assert 0.4 < np.mean([one in listed for one in asked]) < 0.6
    assert asked == made_lists.asked(300, 2000, 1) != made_lists.asked(300, 2000, 2)


def test_a_generation_of_pictures_finds_its_rows(tmp_path):
    rows = np.concatenate([made_lists.uniform(50, 1), made_lists.uniform(50, 1)])
    made_lists.write(tmp_path, made_lists.picture_tables(rows))
    kept = made_lists.rows(tmp_path)
    assert [bytes(row) for row in kept] == sorted({bytes(row) for row in rows})
    assert made_lists.opened(tmp_path).image([rows[3].tobytes()], 90)[0].distance == 0


@pytest.mark.parametrize("make", [made_lists.uniform, made_lists.biased])
def test_sets_are_their_seeds(make):
    first = make(1000, 1)
    assert first.shape == (1000, 32)
    assert np.array_equal(first, make(1000, 1))
    assert not np.array_equal(first, make(1000, 2))


def test_a_biased_set_is_biased_and_correlated():
    bits = np.unpackbits(made_lists.biased(4000, 1), axis=1)
    assert np.abs(bits[:, 128:].mean(axis=0) - 0.5).mean() > 0.15
    assert (
        np.abs(np.corrcoef(bits[:, :4].T)).mean() > np.abs(np.corrcoef(bits[:, 200:204].T)).mean()
    )


def test_questions_are_half_near_and_half_far():
    random = np.random.default_rng(1)
    rows, far = made_lists.uniform(200, 1), made_lists.uniform(100, 2)
    asked = made_lists.mixed(rows, far, 60, random)
    nearest = np.bitwise_count(asked[:, None] ^ rows).sum(axis=2).min(axis=1)
    assert len(asked) == 60
    assert (nearest <= 60).sum() == 30


def test_featureless_pictures_are_left_out(tmp_path):
    path = tmp_path / "made.npz"
    np.savez(path, rows=np.zeros((3, 32), np.uint8), quality=np.array([49, 50, 100], np.uint8))
    assert {name: len(one) for name, one in made_lists.load(path).items()} == {
        "rows": 2,
        "quality": 2,
    }


def test_the_search_in_a_generation_is_the_products(tmp_path):
    rows = made_lists.uniform(50, 1)
    quality = np.arange(50, 100, dtype=np.uint8)
    made_lists.write(tmp_path, made_lists.picture_tables(rows, quality))
    (place,), (distance,) = made_lists.bands(tmp_path).within(rows[7].tobytes())
    assert (made_lists.rows(tmp_path)[place] == rows[7]).all()
    assert distance == 0
    assert not made_lists.opened(tmp_path).image([rows[7].tobytes()], 90)[0].tight
    assert made_lists.opened(tmp_path).image([rows[40].tobytes()], 90)[0].tight
