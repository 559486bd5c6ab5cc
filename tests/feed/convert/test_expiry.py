from datetime import UTC, date, datetime, timedelta

import pytest

from garim_feed.convert import expiry
from garim_feed.errors import FeedError

TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("2100-01-02", date(2100, 1, 2)),
        ("2149-06-06", date(2149, 6, 6)),
        ("2149-06-07", None),
        ("9999-12-31", None),
        ("2001-01-01", "The entry expired on 2001-01-01."),
        ("soon", "soon is not a date like 2030-12-31."),
        ("2100-13-01", "2100-13-01 is not a date like 2030-12-31."),
    ],
)
def test_days(text, wanted):
    if isinstance(wanted, str):
        with pytest.raises(FeedError) as raised:
            expiry.of_day(text)
        assert str(raised.value) == wanted
    else:
        assert expiry.of_day(text) == wanted


def test_an_entry_that_expires_today_counts_no_more():
    # Around midnight the clock may go on between the two readings; two days off is safe.
    with pytest.raises(FeedError):
        expiry.of_day(TODAY.isoformat())
    after = TODAY + timedelta(days=2)
    assert expiry.of_day(after.isoformat()) == after


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2100-01-02T00:00:00Z", date(2100, 1, 2)),
        ("2100-01-02T00:00:00.000Z", date(2100, 1, 2)),
        ("2100-01-02T00:00:01Z", date(2100, 1, 3)),
        ("2100-01-02T09:00:00+09:00", date(2100, 1, 2)),
        ("2100-01-02T00:00:00", date(2100, 1, 2)),
        ("9999-12-31T23:59:59Z", None),
        ("2001-01-01T00:00:00Z", "The entry expired on 2001-01-01."),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00 is not a time."),
        ("later", "later is not a time."),
    ],
)
def test_moments(text, wanted):
    if isinstance(wanted, str):
        with pytest.raises(FeedError) as raised:
            expiry.of_moment(text)
        assert str(raised.value) == wanted
    else:
        assert expiry.of_moment(text) == wanted
