import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.convert import csv_line
from garim_feed.errors import FeedError


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a,b,", ["a", "b", ""]),
        (",", ["", ""]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a""b"', ['a"b']),
        ('"",""', ["", ""]),
        ('a,""', ["a", ""]),
        ('"a"b', None),
        ('a"b', None),
        ('"a', None),
        ('a,"b,c', None),
        (' "a"', None),
    ],
)
def test_split(line, wanted):
    if wanted is None:
        with pytest.raises(FeedError, match="quotation mark"):
            csv_line.split(line)
    else:
        assert csv_line.split(line) == wanted


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp", "Cs"])), min_size=1))
def test_what_is_joined_splits_again(fields):
    assert csv_line.split(csv_line.join(fields)) == fields


def test_a_field_has_no_line_ends():
    assert csv_line.join(["a\r\nb\nc", "d"]) == "a b c,d"


@given(st.text('ab",\n'))
def test_whatever_comes_splits_or_is_refused(line):
    try:
        fields = csv_line.split(line)
    except FeedError:
        return
    assert csv_line.split(csv_line.join(fields)) == [" ".join(one.splitlines()) for one in fields]
