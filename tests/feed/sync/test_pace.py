import pytest
from tuf.api.exceptions import DownloadLengthMismatchError, SlowRetrievalError

from garim_feed.sync.pace import paced


def timed(*chunks):
    """Return chunks that take the given seconds each, and their clock."""
    now = 0.0

    def come():
        nonlocal now
        for seconds, size in chunks:
            now += seconds
            yield b"x" * size

    return come(), lambda: now


@pytest.mark.parametrize(
    ("chunks", "limit"),
    [
        ([], 0),
        ([(0, 10)], 10),
        ([(29, 1), (0, 9)], 10),
        # Just fast enough for its windows.
        ([(30, 30_720), (30, 30_720), (30, 30_720)], 100_000),
        ([(10, 0), (10, 0), (10, 30_720)], 100_000),
    ],
)
def test_what_keeps_to_the_rules_comes_through(chunks, limit):
    come, clock = timed(*chunks)
    total = sum(len(chunk) for chunk in paced(come, limit, monotonic=clock))
    assert total == sum(size for _, size in chunks)


@pytest.mark.parametrize(
    "chunks",
    [
        [(30, 30_719)],
        [(1000, 30_720)],
        # A fast beginning is no credit for a slow rest.
        [(1, 10**6), (29, 10**6), (30, 100)],
        [(0.5, 1)] * 100,
    ],
)
def test_too_slow(chunks):
    come, clock = timed(*chunks)
    with pytest.raises(SlowRetrievalError):
        list(paced(come, 10**9, monotonic=clock))


def test_too_long_is_cut_off_at_the_limit():
    come, clock = timed(*[(0, 10)] * 10**6)
    taken = []
    with pytest.raises(DownloadLengthMismatchError):
        taken += paced(come, 25, monotonic=clock)
    come, clock = timed(*[(0, 10)] * 10**6)
    iterator = paced(come, 25, monotonic=clock)
    assert [len(next(iterator)), len(next(iterator))] == [10, 10]
