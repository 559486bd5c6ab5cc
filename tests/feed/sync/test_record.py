from datetime import UTC, datetime, timedelta

import pytest
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.errors import FeedError
from garim_feed.lookup.match import Keeper
from garim_feed.sync import record
from garim_feed.sync.layout import feed_folder
from garim_feed.sync.record import Chosen, Offer, Polled

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLLED = Polled(
    timestamp="1" * 64, until=NOW + 60 * MINUTE, published=NOW, seen=NOW, looked=NOW, offer="2" * 64
)


@pytest.fixture
def folder(tmp_path):
    return feed_folder(tmp_path, "national")


@pytest.fixture(scope="module")
def offer():
    feed = FeedSimulator("kmcc")
    lists = [
        Chosen(
            authority=authority,
            keeper=Keeper("Somebody"),
            manifest=feed.put_list("kmcc", name, b"x"),
            segments=(name * 8,),
        )
        for authority, name in (("kmcc", "first"), ("school", "games"))
    ]
    gone = {"kmcc": (("first", "host-1"), ("games", "host-2")), "school": (("games", "host-3"),)}
    return Offer(
        title={"ko": "시험"}, lists=tuple(lists), revoked=gone, extras={"policy/policy.toml": "9"}
    )


def test_there_and_back(folder, offer):
    assert record.read_offer(folder) == record.read_sound_offer(folder) == Offer()
    assert record.read_polled(folder) is None
    record.write(folder.offered, offer)
    record.write(folder.polled, POLLED)
    assert record.read_offer(folder) == record.read_sound_offer(folder) == offer
    assert record.read_polled(folder) == POLLED


def test_revocations_count_for_lists_of_their_own_authority(offer):
    assert [offer.revoked_of(one) for one in offer.lists] == [("host-1",), ("host-3",)]


def test_what_is_needed(offer):
    assert offer.kept() == {"first" * 8, "games" * 8, "9"}
    assert Offer().kept() == frozenset()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"format":2}', b'{"more":1}', b"\xff"])
def test_nothing_is_built_from_what_cannot_be_read(folder, data):
    folder.path.mkdir(parents=True)
    folder.offered.write_bytes(data)
    folder.polled.write_bytes(data)
    assert record.read_offer(folder) == Offer()
    assert record.read_polled(folder) is None
    with pytest.raises(FeedError, match="is damaged"):
        record.read_sound_offer(folder)


@pytest.mark.parametrize(
    ("change", "now", "offer", "rests"),
    [
        ({}, NOW, "2" * 64, True),
        ({}, NOW + 59 * MINUTE, "2" * 64, True),
        # Something that is trusted has run out.
        ({"until": NOW + MINUTE}, NOW + MINUTE, "2" * 64, False),
        # An hour without a whole look.
        ({"until": NOW + 600 * MINUTE}, NOW + 60 * MINUTE, "2" * 64, False),
        # The clock was set back.
        ({}, NOW - MINUTE, "2" * 64, False),
        # Something was missing since.
        ({"timestamp": ""}, NOW, "2" * 64, False),
        # The offer is not the one that was left.
        ({}, NOW, "", False),
        ({}, NOW, "3" * 64, False),
    ],
)
def test_when_it_is_enough_to_ask_for_the_timestamp(change, now, offer, rests):
    assert POLLED.model_copy(update=change).rests(now, offer) is rests


def test_that_something_is_missing_forgets_nothing_else(folder):
    record.not_whole(folder)
    assert record.read_polled(folder) is None
    record.write(folder.polled, POLLED)
    record.not_whole(folder)
    assert record.read_polled(folder) == POLLED.model_copy(update={"timestamp": ""})


def test_the_digest_of_an_offer(folder, offer):
    assert record.digest_of_offer(folder) == ""
    record.write(folder.offered, offer)
    digest = record.digest_of_offer(folder)
    record.write(folder.offered, Offer())
    assert len(digest) == 64
    assert record.digest_of_offer(folder) not in {"", digest}
