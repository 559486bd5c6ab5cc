"""One list of base and tail: what a slow reader of its segments says, the look-ups say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed.lookup.made import (
    ALLOW,
    NEGATIVE,
    OVER,
    PDQ,
    TERM,
    TODAY,
    Publisher,
    flipped,
    force,
    identity,
)  # fmt: skip
from tests.feed.wire import made

from garim_feed.addresses.canonical import canonical
from garim_feed.kinds import DIGESTS, EXACT, Effect, Kind, Term, entry_id
from garim_feed.lookup import list_index as module
from garim_feed.lookup.generation import open_list
from garim_feed.lookup.generation_file import ListRecord
from garim_feed.lookup.index_file import IndexFile, write_index
from garim_feed.lookup.list_index import KeyMemory, ListIndex
from garim_feed.lookup.match import Keeper
from garim_feed.lookup.part import Part
from garim_feed.lookup.part_file import base_arrays, tail_arrays
from garim_feed.wire.merge import merge

SALT = b"s" * 16


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments")


def opened(tmp_path, one, revoked=()):
    """The list's index, from a generation that has it in force."""
    result = force(tmp_path / "lists", one.planned(revoked=revoked))
    assert not result.refused
    folder = tmp_path / "lists" / "generations" / result.generation
    from garim_feed.lookup.generation_file import read_generation

    return open_list(folder, read_generation(folder).lists[0])


def decided(index, *subjects, today=TODAY):
    pairs = [(kind, one.encode() if isinstance(one, str) else one) for kind, one in subjects]
    return [match.entry for match in index.decide(pairs, KeyMemory(), today)]


def in_two_parts(tmp_path, one):
    """A base of the first segment, and a tail of what was added since."""
    force(tmp_path / "lists", one)


# (what the base has, what the tail does) -> whether `bad.test` is blocked
TWO_PARTS = [
    ([(Kind.HOST, "bad.test")], [], [], True),
    ([(Kind.HOST, "bad.test")], [], [(Kind.HOST, "bad.test")], False),
    ([(Kind.HOST, "bad.test")], [(Kind.HOST, "bad.test", ALLOW)], [], False),
    ([(Kind.HOST, "bad.test")], [(Kind.HOST, "bad.test", OVER)], [], False),
    ([(Kind.HOST, "bad.test", ALLOW)], [(Kind.HOST, "bad.test")], [], True),
    ([(Kind.HOST, "bad.test", OVER)], [(Kind.HOST, "bad.test")], [], True),
    ([(Kind.HOST, "bad.test")], [(Kind.HOST, "bad.test")], [(Kind.HOST, "bad.test")], True),
    ([], [(Kind.HOST, "bad.test")], [], True),
    ([], [], [(Kind.HOST, "bad.test")], False),
    ([(Kind.ADDRESS, "bad.test")], [], [], False),
]


@pytest.mark.parametrize("case", TWO_PARTS)
def test_the_tail_wins(tmp_path, one, case):
    base, added, removed, blocked = case
    in_two_parts(tmp_path, one.add((Kind.HOST, "other.test"), *base))
    one.add((Kind.HOST, "newer.test"), *added, removed=removed)
    index = opened(tmp_path, one)
    assert index.record.tail is not None
    assert bool(decided(index, (Kind.HOST, "bad.test"))) is blocked
    assert decided(index, (Kind.HOST, "other.test"))
    assert decided(index, (Kind.HOST, "newer.test"))


def test_addresses_of_both_parts_are_in_scope(tmp_path, one):
    in_two_parts(tmp_path, one.add((Kind.ADDRESS, "old.test/a")))
    index = opened(tmp_path, one.add((Kind.ADDRESS, "new.test/b")))
    assert index.in_scope("old.test")
    assert index.in_scope("new.test")
    assert not index.in_scope("www.new.test")
    for url in ("old.test/a/x", "www.new.test/b?c"):
        found = index.decide_address(
            canonical(url), {"old.test", "new.test"}, KeyMemory(), TODAY
        )  # fmt: skip
        assert len(found) == (url != "old.test/a/x")


def test_a_revocation_only_takes_blocks_away(tmp_path, one):
    one.add((Kind.HOST, "s.test"), (Kind.HOST, "a.s.test", ALLOW), (Kind.IMAGE, PDQ),
            (Kind.IMAGE, flipped(PDQ, 1), NEGATIVE), (Kind.VIDEO, ((flipped(PDQ, 2), 90, 1),)),
            (Kind.ADDRESS, "s.test/x"))  # fmt: skip
    everything = [
        identity(Kind.HOST, "a.s.test"), identity(Kind.IMAGE, flipped(PDQ, 1)),
        identity(Kind.ADDRESS, "s.test/x"), identity(Kind.IMAGE, PDQ),
        identity(Kind.VIDEO, ((flipped(PDQ, 2), 90, 1),)),
    ]  # fmt: skip
    plain = opened(tmp_path, one)
    innocent, matches = plain.near([PDQ], 100, TODAY)
    assert innocent
    assert {match.kind for match in matches} == {"image", "video"}
    index = opened(tmp_path, one, everything)
    assert index.near([PDQ], 100, TODAY) == (True, ())
    assert decided(index, (Kind.HOST, "a.s.test"), (Kind.HOST, "s.test")) == []
    # What was revoked is as if it were not there: the next expression decides.
    found = decided(index, (Kind.ADDRESS, "s.test/x"), (Kind.HOST, "s.test"))
    assert found == [identity(Kind.HOST, "s.test")]


def test_a_crowd_is_cut(tmp_path, one, monkeypatch):
    monkeypatch.setattr(module, "MAX_NEAR", 3)
    one.add(*((Kind.IMAGE, flipped(PDQ, count)) for count in range(10)))
    _, matches = opened(tmp_path, one).near([PDQ], 100, TODAY)
    assert [match.distance for match in matches] == [0, 1, 2]


def record(salt=SALT):
    manifest = Publisher(None, salt=salt).manifest()
    return ListRecord.model_construct(
        feed="f", authority="a", keeper=Keeper("A"), manifest=manifest, revoked=()
    )


def parts(folder, older, newer):
    tables, removals = merge(newer)
    write_index(folder / "base", base_arrays(merge(older)[0]))
    base = Part(IndexFile(folder / "base"))
    write_index(folder / "tail", tail_arrays(tables, removals, base.file))
    return [Part(IndexFile(folder / "tail")), base]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(made.steps(), max_size=3),
    st.lists(made.steps(), max_size=3),
    st.sampled_from(made.DAYS),
)
def test_both_parts_say_what_all_segments_say(tmp_path_factory, older, newer, today):
    folder = tmp_path_factory.mktemp("two")
    index = ListIndex(
        record(), parts(folder, *([made.segment(s) for s in x] for x in (older, newer)))
    )
    content = made.nothing()
    for step in (*older, *newer):
        content = made.apply(content, step)
    for kind in EXACT:
        for number in made.NUMBERS:
            (term,) = content[kind].get(number, (Term(0, 1),))
            blocked = term.in_force(today) and term.effect is Effect.BLOCK
            blocked &= number in content[kind]
            keys = KeyMemory({(SALT, kind, b"x"): number})
            found = index.decide([(kind, b"x")], keys, today)
            assert [match.entry for match in found] == ([entry_id(kind, number)] if blocked else [])
            assert {match.kind for match in found} <= {"digest" if kind in DIGESTS else kind}
    for bits in made.ROWS:
        check_near(index, content, bits, today)


def check_near(index, content, bits, today):
    innocent, matches = index.near([bits], 100, today)
    images, videos = {}, {}
    hidden = False
    for pdq, (term, quality, (tight, wide)) in content[Kind.IMAGE].items():
        apart = distance(pdq, bits)
        if term.in_force(today) and apart <= (tight if term.effect is Effect.NEGATIVE else wide):
            hidden |= term.effect is Effect.NEGATIVE
            if term.effect is Effect.BLOCK:
                name = identity(Kind.IMAGE, pdq, SALT)
                images[name] = (apart, apart <= tight and quality >= 80)
    for number, (term, _, (tight, wide), frames) in content[Kind.VIDEO].items():
        near = [
            (not (d <= tight and quality >= 80), d, time)
            for pdq, quality, time in frames
            if (d := distance(pdq, bits)) <= wide
        ]
        if near and term.in_force(today):
            loose, apart, time = min(near)
            videos[entry_id(Kind.VIDEO, number)] = (apart, not loose, time)
    assert innocent is hidden
    assert {m.entry: (m.distance, m.tight) for m in matches if m.kind == "image"} == images
    found = {m.entry: (m.distance, m.tight, m.time) for m in matches if m.kind == "video"}
    assert found == videos


def distance(one, other):
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def test_kinds_that_are_not_there_cost_no_hash(tmp_path, one, monkeypatch):
    index = opened(tmp_path, one.add((Kind.HOST, "bad.test", TERM)))
    monkeypatch.setattr(module, "key64", None)
    monkeypatch.setattr(module, "scope32", None)
    assert decided(index, (Kind.ADDRESS, "bad.test/"), (Kind.SHA256, b"a" * 32)) == []
    assert not index.in_scope("bad.test")
