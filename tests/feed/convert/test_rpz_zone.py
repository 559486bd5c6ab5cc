import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.convert.rows import BadRow
from garim_feed.convert.rpz_zone import Record, Zone


def records(text):
    rows = list(Zone().records(io.BytesIO(text.encode())))
    return [
        (row.line, row.reason)
        if isinstance(row, BadRow)
        else (row.line, row.owner, row.type, row.data)
        for row in rows
    ]


OUTSIDE = " is outside the zone that the file is for."


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("; comment\n\n   ; more\n", []),
        ("a.example CNAME .", [(1, "a.example", "CNAME", (".",))]),
        ("A.Example CNAME .", [(1, "a.example", "CNAME", (".",))]),
        ("a.example 300 CNAME . ; why", [(1, "a.example", "CNAME", (".",))]),
        ("a.example 1h30m IN cname .", [(1, "a.example", "CNAME", (".",))]),
        ("a.example IN 300 CNAME .", [(1, "a.example", "CNAME", (".",))]),
        (
            "a.b A 1.2.3.4\n  AAAA ::1",
            [(1, "a.b", "A", ("1.2.3.4",)), (2, "a.b", "AAAA", ("::1",))],
        ),
        ('a.b TXT "x ; (y)" z', [(1, "a.b", "TXT", ('"x ; (y)"', "z"))]),
        ("$TTL 300\na.b CNAME .", [(2, "a.b", "CNAME", (".",))]),
        # How a zone is named.
        ("$ORIGIN rpz.test.\na.b CNAME .", [(2, "a.b", "CNAME", (".",))]),
        ("$ORIGIN rpz.test.\na.b.rpz.test. CNAME .", [(2, "a.b", "CNAME", (".",))]),
        ("$ORIGIN RPZ.test.\na.b.rpz.TEST. CNAME .", [(2, "a.b", "CNAME", (".",))]),
        ("$ORIGIN rpz.test.\na.b. CNAME .", [(2, "a.b." + OUTSIDE)]),
        ("$ORIGIN rpz.test.\n$ORIGIN b\na CNAME .", [(3, "a.b", "CNAME", (".",))]),
        ("a.b. CNAME .", [(1, "a.b." + OUTSIDE)]),
        (
            "rpz.test. SOA x y 1 2 3 4 5\na.b.rpz.test. CNAME .\nc.d CNAME .",
            [
                (1, "@", "SOA", ("x", "y", "1", "2", "3", "4", "5")),
                (2, "a.b", "CNAME", (".",)),
                (3, "c.d", "CNAME", (".",)),
            ],
        ),
        (
            "$ORIGIN .\nr.test SOA x\n$ORIGIN r.test.\na.b CNAME .\n$ORIGIN c.r.test.\na NS .",
            [(2, "@", "SOA", ("x",)), (4, "a.b", "CNAME", (".",)), (6, "a.c", "NS", (".",))],
        ),
        ("@ NS localhost.", [(1, "@", "NS", ("localhost.",))]),
        # Parentheses.
        (
            "@ SOA a b ( 1 ; serial\n 2 3\n 4 5 )\na.b CNAME .",
            [(1, "@", "SOA", ("a", "b", "1", "2", "3", "4", "5")), (4, "a.b", "CNAME", (".",))],
        ),
        ("@ SOA a b ( 1", [(1, "The parenthesis is not closed.")]),
        # What is refused.
        ("$INCLUDE other.zone", [(1, "$INCLUDE is not followed in a zone file.")]),
        ("$GENERATE 1-9 a$.b CNAME .", [(1, "$GENERATE is not followed in a zone file.")]),
        ("$ORIGIN", [(1, "$ORIGIN is not followed in a zone file.")]),
        ("a\\.b.c CNAME .", [(1, "a\\.b.c has an escaped character.")]),
        ('"a" CNAME .', [(1, '"a" has an escaped character.')]),
        ('a.b TXT "x "y z', [(1, "a.b", "TXT", ('"x "', "y", "z"))]),
        ('a.b TXT x "y z', [(1, "a.b", "TXT", ("x", '"y z'))]),
        (" CNAME .", [(1, "The record has no owner.")]),
        (
            "a\\b CNAME .\n CNAME .",
            [(1, "a\\b has an escaped character."), (2, "The record has no owner.")],
        ),
        ("a.b", [(1, "a.b is not a record of a zone.")]),
        ("a.b CNAME", [(1, "a.b CNAME is not a record of a zone.")]),
        ("a.b 300 IN", [(1, "a.b 300 IN is not a record of a zone.")]),
        ("0.0.0.0 a.b c", [(1, "0.0.0.0 a.b c is not a record of a zone.")]),
        ("\x00a.b CNAME .", [(1, "\x00a.b", "CNAME", (".",))]),
    ],
)
def test_records(text, wanted):
    assert records(text) == wanted


def test_a_parenthesis_does_not_swallow_the_file():
    found = records("@ SOA a ( 1\n" + " 2\n" * 70 + "a.b CNAME .")
    assert found[0] == (1, "The parenthesis is not closed.")
    assert found[-1] == (72, "a.b", "CNAME", (".",))


def test_a_line_that_is_no_text():
    rows = list(Zone().records(io.BytesIO(b"\xff\na.b CNAME .")))
    assert [row.line for row in rows] == [1, 2]
    assert isinstance(rows[1], Record)


@given(st.text('a.\\ \n"();$@ORIGNTLCAME', max_size=80))
def test_whatever_comes_is_a_row(text):
    records(text)
