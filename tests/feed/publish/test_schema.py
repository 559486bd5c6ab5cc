"""The store's numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.publish.schema import first_line, last_line, restored, stored

KEYS = st.integers(0, (1 << 64) - 1)


@given(KEYS, KEYS)
def test_keys_keep_their_order_and_come_back(one, other):
    assert restored(stored(one)) == one
    assert -(1 << 63) <= stored(one) < 1 << 63
    assert (stored(one) < stored(other)) == (one < other)


@pytest.mark.parametrize("proposal", [1, 2, 1 << 20])
def test_proposals_lines_do_not_mix(proposal):
    assert last_line(proposal) + 1 == first_line(proposal + 1)
    assert last_line(proposal) < 1 << 63
