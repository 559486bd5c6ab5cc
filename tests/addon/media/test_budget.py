import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.media.budget import Budget


def test_reserves_until_the_limit_and_gives_back_once():
    budget = Budget(100)
    first = budget.reserve(60)
    assert first is not None
    assert budget.reserve(41) is None
    second = budget.reserve(40)
    assert (budget.held, budget.peak) == (100, 100)
    first.release()
    first.release()
    assert budget.held == 40
    assert second is not None
    second.release()
    assert (budget.held, budget.peak) == (0, 100)


@pytest.mark.parametrize("size", [-1, 101, 1 << 60])
def test_nonsense_and_too_much_is_refused(size):
    budget = Budget(100)
    assert budget.reserve(size) is None
    assert budget.held == 0


def test_grow_keeps_the_old_size_when_the_new_one_does_not_fit():
    budget = Budget(100)
    held = budget.reserve(10)
    other = budget.reserve(50)
    assert held is not None
    assert other is not None
    assert held.grow(50)
    assert not held.grow(51)
    assert (held.size, budget.held) == (50, 100)


@given(st.lists(st.integers(0, 60), max_size=30))
def test_the_sum_never_passes_the_limit(sizes):
    budget = Budget(100)
    held = [r for size in sizes if (r := budget.reserve(size))]
    assert budget.held == sum(r.size for r in held) <= 100
    for reservation in held:
        reservation.release()
    assert budget.held == 0
