"""Truth tables: how much a list may grow, and whose its name is."""

from contextlib import nullcontext

import pytest
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.errors import FeedError
from garim_feed.sync.guards import allowed_growth, check_growth, check_name, size


@pytest.fixture(scope="module")
def manifest():
    feed = FeedSimulator("kmcc")
    return lambda entries: feed.put_list("kmcc", "first", b"", entries=entries)


@pytest.mark.parametrize(
    ("entries", "allowed"), [(0, 10_000), (20_000, 10_000), (20_002, 10_001), (10**6, 500_000)]
)
def test_allowed_growth(entries, allowed):
    assert allowed_growth(entries) == allowed


@pytest.mark.parametrize(
    ("old", "new", "signatures", "taken"),
    [
        # What was not there before may be of any size.
        (None, 10**7, 2, True),
        (10, 10_010, 2, True),
        (10, 10_011, 2, False),
        (10, 10_011, 3, True),
        (100_000, 150_000, 2, True),
        (100_000, 150_001, 2, False),
        (100_000, 10**9, 3, True),
        (100_000, 10**9, 9, True),
        (100_000, 1, 2, True),
        (100_000, 100_000, 2, True),
    ],
)
def test_growth(manifest, old, new, signatures, taken):
    before = None if old is None else manifest(old)
    refusal = nullcontext() if taken else pytest.raises(FeedError, match="needs 3 signatures")
    with refusal:
        check_growth(before, manifest(new), signatures, threshold=2)


def test_growth_of_all_kinds_counts_together(manifest):
    both = manifest(10).model_copy(update={"entries": {"host": 7, "image": 8}})
    assert size(both) == 15


@pytest.mark.parametrize(
    ("owners", "taken"),
    [
        ({}, True),
        ({"games": "school"}, True),
        ({"games": "kmcc"}, False),
        ({"other": "kmcc"}, True),
    ],
)
def test_names(owners, taken):
    with nullcontext() if taken else pytest.raises(FeedError, match="games is kmcc's"):
        check_name(owners, "games", "school")
