import json
from datetime import UTC, datetime

import pytest

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, entry_id
from garim_feed.wire.revocations import (
    MAX_ENTRIES,
    Revocation,
    Revocations,
    read_revocations,
    write_revocations,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def of(*entries):
    return Revocations(format=1, authority="kcsc", entries=entries)


def test_there_and_back_for_every_kind():
    found = of(*(Revocation(list="items", entry=entry_id(kind, 7), at=AT) for kind in Kind))
    assert read_revocations(write_revocations(found)) == found
    assert read_revocations(write_revocations(of())) == of()


def test_the_largest_fits_and_one_more_does_not():
    name = "x" * 64
    most = [
        Revocation(list=name, entry=entry_id(Kind.ADDRESS, number), at=AT)
        for number in range(MAX_ENTRIES)
    ]
    data = write_revocations(of(*most))
    assert len(read_revocations(data).entries) == MAX_ENTRIES
    plain = json.loads(data)
    plain["entries"].append({**plain["entries"][0], "list": "other"})
    with pytest.raises(FeedError, match="entries"):
        read_revocations(json.dumps(plain).encode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entry", "digest-0000000000000007"), ("entry", "host-7"), ("entry", "host"),
        ("entry", "host-000000000000000G"), ("entry", "host-00000000000000007"),
        ("entry", "host-000000000000000A"), ("entry", "xhost-0000000000000007"), ("entry", 7),
        ("list", "A"), ("list", ""), ("at", "2026-01-02"), ("at", 5), ("more", 1),
    ],
)  # fmt: skip
def test_wrong_entries(field, value):
    plain = json.loads(
        write_revocations(of(Revocation(list="items", entry=entry_id(Kind.HOST, 7), at=AT)))
    )
    plain["entries"][0][field] = value
    with pytest.raises(FeedError, match=r"revoked\.json"):
        read_revocations(json.dumps(plain).encode())


def test_nothing_is_there_twice():
    one = json.loads(Revocation(list="a", entry=entry_id(Kind.HOST, 7), at=AT).model_dump_json())
    plain = {"format": 1, "authority": "a", "entries": [one, {**one, "at": "2027-01-01T00:00:00Z"}]}
    with pytest.raises(FeedError, match="twice"):
        read_revocations(json.dumps(plain).encode())
