import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.addresses.escapes import IN_HOST, IN_PATH, IN_QUERY, as_utf8, escaped, unescaped


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", b""),
        ("plain", b"plain"),
        ("%41", b"A"),
        ("%4", b"%4"),
        ("%zz", b"%zz"),
        ("100%", b"100%"),
        ("%2541", b"A"),
        ("%%34%31", b"A"),
        ("%25252525252525252541", b"A"),
        ("%4%31", b"A"),
        ("%C0%80", b"\xc0\x80"),
        ("가", "가".encode()),
        ("\udcb0\udca1", b"\xb0\xa1"),
        ("\ud800", b"\xed\xa0\x80"),
    ],
)
def test_unescaped(text, wanted):
    assert unescaped(text) == wanted


@given(st.text("%0123456789aAfFgé", max_size=60))
def test_every_layer_goes_and_only_escapes_change(text):
    naive = text.encode()
    while True:
        again = __import__("urllib.parse").parse.unquote_to_bytes(naive)
        if again == naive:
            break
        naive = again
    assert unescaped(text) == naive


def test_a_bomb_of_layers_is_one_pass():
    assert unescaped("%" + "25" * 100_000 + "41") == b"A"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"abc", b"abc"),
        ("가림".encode(), "가림".encode()),
        ("가림".encode("cp949"), "가림".encode()),
        ("똠방각하".encode("cp949"), "똠방각하".encode()),
        (b"\x80", b"\x80"),
        (b"\xff\xfe", b"\xff\xfe"),
        ("é".encode("latin-1"), b"\xe9"),
    ],
)
def test_korean_bytes_become_utf8(data, wanted):
    assert as_utf8(data) == wanted


@given(st.binary())
def test_as_utf8_never_makes_a_separator(data):
    for separator in b"/?&#%.":
        assert as_utf8(data).count(separator) == data.count(separator)


@given(st.binary(), st.sampled_from([IN_HOST, IN_PATH, IN_QUERY]))
def test_what_is_fully_unescaped_comes_back(data, table):
    data = unescaped(escaped(data, table))
    text = escaped(data, table)
    assert text.isascii()
    assert text.isprintable()
    assert unescaped(text) == data


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (IN_HOST, "?\\&%23%25%20%7F%80"),
        (IN_PATH, "%3F%5C&%23%25%20%7F%80"),
        (IN_QUERY, "?\\%26%23%25%20%7F%80"),
    ],
)
def test_what_each_part_escapes(table, wanted):
    assert escaped(b"?\\&#% \x7f\x80", table) == wanted
