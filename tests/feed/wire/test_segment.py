"""Files there and back. `test_segment_hostile.py` has what attackers would send."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, Term
from garim_feed.tables import Keys, Removals, Segment, Tables
from garim_feed.wire import segment as wire
from garim_feed.wire.segment import read, write


def address_segment(count, hosts):
    table = Keys(made.keys(count), np.zeros(count, np.uint16))
    scopes = np.unique(made.keys(hosts).view(np.uint32)[1::2])
    return Segment(Tables((Term(20_000),), {Kind.ADDRESS: table}, scopes=scopes), Removals())


@made.QUICK
@given(made.steps())
def test_what_was_written_is_read(step):
    removed, added, scopes = step
    back = read(write(made.segment(step)))
    assert made.plain(back.added) == added
    assert made.plain_removals(back.removed) == removed
    assert set([] if back.added.scopes is None else back.added.scopes.tolist()) == scopes


def test_an_empty_segment_is_a_file_too():
    back = read(write(Segment(Tables(), Removals())))
    assert made.plain(back.added) == made.nothing()
    assert back.added.terms == ()


def test_the_same_content_is_the_same_file_however_terms_are_numbered():
    full = made.some()
    plain = made.plain(full.added)
    terms = [Term(20_000 + number) for number in (2, 0, 1)]
    other = made.tables(plain, {5, 6, 2**32 - 1}, terms=[*terms, Term(9)])
    assert write(Segment(other, full.removed)) == write(full)


def test_the_file_starts_as_the_format_says():
    file = write(made.some())
    assert file[:8] == b"GARIMSEG"
    assert struct.unpack_from("<H", file, 8) == (1,)
    (length,) = struct.unpack_from("<I", file, 10)
    assert file[14:].startswith(b'{"columns":[{"name":"term.added","type":"u16","count":3,"bytes":')
    assert file[14 : 14 + length].endswith(b"}]}")


def test_memoryviews_and_read_only_arrays_are_written():
    table = Keys(made.keys(9), np.zeros(9, np.uint16))
    table.keys.flags.writeable = False
    file = write(Segment(Tables((Term(1),), {Kind.HOST: table}), Removals()))
    assert read(file).added.exact[Kind.HOST].keys.flags.writeable


def test_a_thousand_addresses_are_small():
    """The aim is 30 kB for 1,000 changes."""
    assert len(write(address_segment(1000, 1000))) < 11_500


def test_a_million_addresses_are_under_eight_megabytes():
    file = write(address_segment(1_000_000, 1_000_000))
    assert len(file) < 8_000_000
    assert read(file).added.scopes.dtype == np.uint32


def test_content_that_breaks_a_rule_is_not_written():
    full = made.some()
    table = replace(full.added.images, quality=np.full(3, 49, np.uint8))
    with pytest.raises(FeedError, match="quality"):
        write(Segment(replace(full.added, images=table), full.removed))


@pytest.mark.parametrize(("name", "limit"), [("MAX_RAW", 500), ("MAX_FILE", 500)])
def test_too_much_for_one_file_is_said(monkeypatch, name, limit):
    monkeypatch.setattr(wire, name, limit)
    with pytest.raises(FeedError, match="make several parts"):
        write(made.some())
