"""Ids are stable where they should be and unlinkable where they must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.record.ident import ALPHABET, LENGTH, Idents, typed

SHA = "ab" * 32


def test_one_content_on_one_site_has_one_id_in_one_run():
    run = Idents()
    assert run.ident("a.example", SHA) == run.ident("a.example", SHA)


def test_another_site_run_or_content_has_another_id():
    run = Idents(b"1" * 32)
    mine = run.ident("a.example", SHA)
    others = {
        run.ident("b.example", SHA),
        run.ident("a.example", "cd" * 32),
        Idents(b"2" * 32).ident("a.example", SHA),
    }
    assert mine not in others
    assert Idents().ident("a.example", SHA) != Idents().ident("a.example", SHA)


def test_site_and_content_are_not_run_together():
    run = Idents(b"1" * 32)
    assert run.ident("a", "bc") != run.ident("ab", "c")


@given(st.binary(min_size=1, max_size=64), st.text(), st.text())
def test_any_id_is_six_crockford_characters_and_can_be_typed_back(key, site, content):
    ident = Idents(key).ident(site, content)
    assert len(ident) == LENGTH
    assert set(ident) <= set(ALPHABET)
    assert typed(ident.lower()) == ident


def test_ids_use_the_whole_alphabet():
    run = Idents(b"1" * 32)
    idents = [run.ident("a.example", str(n)) for n in range(2000)]
    assert len(set(idents)) == 2000
    assert all({i[place] for i in idents} == set(ALPHABET) for place in range(LENGTH))


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("7k3m9q", "7K3M9Q"),
        (" 7K3-M9Q ", "7K3M9Q"),
        ("oil000", "011000"),
        ("7K3M9", ""),
        ("7K3M9QQ", ""),
        ("7K3M9U", ""),
        ("https://a.example/", ""),
        ("", ""),
    ],
)
def test_what_a_person_types_is_read_kindly(text, ident):
    assert typed(text) == ident
