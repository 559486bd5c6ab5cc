import hashlib
import struct
from dataclasses import replace

from hypothesis import given
from tests.feed.wire import made

from garim_feed.kinds import EXACT, Kind, Term
from garim_feed.tables import Removals, Tables
from garim_feed.wire.content import content_digest, count_removals, counts


def test_counts():
    full = made.some()
    assert counts(full.added) == dict.fromkeys(kind.value for kind in Kind) | dict.fromkeys(
        (kind.value for kind in Kind), 3
    )
    assert list(counts(full.added))[: len(EXACT)] == [kind.value for kind in EXACT]
    assert count_removals(full.removed) == 2 * len(Kind)
    assert counts(Tables()) == {}
    assert count_removals(Removals()) == 0


def test_the_digest_by_hand():
    """As docs/list-format.md says, for one list of two hosts."""
    plain = {Kind.HOST: {5: (Term(300),), 2**64 - 1: (Term(300, 7),)}}
    said = b"garim-content-1\0"
    said += b"terms\0" + struct.pack("<Q6H", 2, 300, 0, 0, 300, 7, 0)
    said += b"host.keys\0" + struct.pack("<3Q", 2, 5, 2**64 - 1)
    said += b"host.terms\0" + struct.pack("<Q2H", 2, 0, 1)
    assert content_digest(made.tables(plain)) == hashlib.sha256(said).hexdigest()


def test_scopes_are_not_content():
    tables = made.some().added
    assert content_digest(replace(tables, scopes=None)) == content_digest(tables)


@made.QUICK
@given(made.plains(), made.plains())
def test_equal_digests_mean_equal_content(one, two):
    same = content_digest(made.tables(one)) == content_digest(made.tables(two))
    assert same == (one == two)
