import math

from bench import lists_tables
from bench.lookup_rows import Row

OURS = Row("ours", 1_000_000, bytes=9e6, open_ms=1.0, first=0.5, cpu=[0.004, 0.006], wall=[1.0] * 9)
PEER = Row("peer", 1_000_000, bytes=7e6, open_ms=2.0, cpu=[0.01, 0.01], wall=[4.0] * 9)
RELOADS = {
    "after a tenth": {"rss_kb": 40_000, "maps": 9, "files": 5},
    "at the end": {"rss_kb": 41_500, "maps": 9, "files": 5},
}


def test_addresses_are_told_in_microseconds_and_bytes():
    rows = lists_tables.addresses([OURS, PEER]).rows
    assert rows[0] == ("ours", 5.0, 4.0, 1.0, 9.0, 1.0)
    assert rows[1][:4] == ("peer", 10.0, 10.0, 2.0)


def test_pictures_are_told_in_milliseconds_with_their_slow_ones():
    table = lists_tables.pictures("uniform, 10", [OURS, PEER])
    assert table.rows[0] == ("ours", 0.005, 0.004, 1.0, 1.0, 0.5, 9.0, 1.0)
    assert table.rows[1][4:] == (4.0, None, 7.0, 2.0)
    assert len(table.columns) == len(table.rows[0])


def test_aims_of_addresses():
    time, size, opening, growth = lists_tables.address_aims([OURS, PEER], RELOADS)
    assert [aim.met for aim in (time, size, opening)] == [True] * 3
    assert math.isclose(growth.measured, 1.5)
    assert growth.met is False
    assert lists_tables.reloads(0.7, RELOADS).rows[1] == ("at the end", 41.5, 9, 5)


def test_aims_of_pictures_follow_the_number_of_entries():
    large = Row("ours", 9_300_000, cpu=[4.0])
    small, big = lists_tables.picture_aims({"a, 1": [OURS, PEER], "b, 2": [large]})
    assert (small.bound, small.met) == (0.5, True)
    assert (big.bound, big.met) == (5.0, True)
