import pytest
from tests.feed.sync.simulator import FeedSimulator
from tuf.api import exceptions as tuf

from garim_feed.errors import FeedError
from garim_feed.lookup.match import Keeper
from garim_feed.sync.explain import UnfitError
from garim_feed.sync.gathering import MAX_REFUSED, Gathering, keeper_of, may_pass
from garim_feed.sync.record import Chosen, Offer
from garim_feed.sync.source import SourceError, Trouble


@pytest.fixture(scope="module")
def feed():
    return FeedSimulator("kmcc", "school")


def chosen(feed, authority, name):
    return Chosen(
        authority=authority, keeper=Keeper("Old name"),
        manifest=feed.put_list(authority, name, b"x"), segments=(),
    )  # fmt: skip


@pytest.fixture
def before(feed):
    lists = (chosen(feed, "kmcc", "first"), chosen(feed, "school", "games"))
    return Offer(lists=lists, revoked={"kmcc": (("first", "host-1"),), "school": ()})


@pytest.fixture
def look(before):
    return Gathering("national", None, None, before, {}, {})  # type: ignore[arg-type]


def fails(error):
    def step():
        raise error

    return step


@pytest.mark.parametrize(
    ("error", "passing", "stops"),
    [
        (tuf.ExpiredMetadataError(), False, False),
        (UnfitError(), False, False),
        (tuf.UnsignedMetadataError(), True, False),
        (tuf.BadVersionNumberError(), True, False),
        (tuf.RepositoryError(), True, False),
        (FeedError("Not valid."), False, False),
        (tuf.LengthOrHashMismatchError(), True, False),
        (tuf.DownloadHTTPError("", 404), True, False),
        (tuf.DownloadLengthMismatchError(), True, False),
        (tuf.DownloadError(), True, False),
        (SourceError(Trouble.NAME), True, True),
        (tuf.SlowRetrievalError(), True, True),
        (OSError(28, "No space left on device"), True, True),
    ],
)
def test_what_a_failure_costs(look, error, passing, stops):
    assert may_pass(error) is passing
    assert look.guarded(fails(error), "first") is None
    assert look.whole is not passing
    assert look.broken is (error if stops else None)
    assert [one.list for one in look.refused] == ([] if stops else ["first"])
    # After a broken network or disk nothing more is tried; after anything else the rest is.
    assert look.guarded(lambda: "done") == (None if stops else "done")


def test_an_accident_of_our_own_is_not_hidden(look):
    with pytest.raises(ZeroDivisionError):
        look.guarded(lambda: 1 // 0)


def test_gaps_are_filled_with_what_was_there(look, feed, before):
    new = chosen(feed, "kmcc", "second")
    look.lists["kmcc"] = [new]
    look.revoked["school"] = (("games", "host-2"),)
    offer = look.offer(feed.description)
    assert [one.manifest.name for one in offer.lists] == ["second", "games"]
    assert offer.revoked == {"kmcc": (("first", "host-1"),), "school": (("games", "host-2"),)}
    assert offer.title == {"ko": "시험", "en": "Trial"}


def test_what_is_signed_to_be_empty_is_empty(look, feed):
    look.lists, look.revoked = {"kmcc": [], "school": []}, {"kmcc": (), "school": ()}
    offer = look.offer(feed.description)
    assert offer.lists == ()
    assert not any(offer.revoked.values())


def test_who_is_not_in_the_feed_has_nothing(look, feed):
    only = feed.description.model_copy(update={"authorities": feed.description.authorities[:1]})
    offer = look.offer(only)
    assert {one.authority for one in offer.lists} == {"kmcc"}
    assert set(offer.revoked) == {"kmcc"}


def test_the_feed_says_who_keeps_a_list_also_of_an_old_one(look, feed):
    keepers = [one.keeper for one in look.offer(feed.description).lists]
    assert keepers == [keeper_of(one) for one in feed.description.authorities]
    assert keepers[0] == Keeper(
        "Authority kmcc", "https://kmcc.example/", "mailto:appeal@kmcc.example"
    )


def test_earlier_lists(look):
    assert [one.manifest.name for one in look.earlier("kmcc")] == ["first"]
    assert look.earlier("kmcc", "games") == []
    assert [one.manifest.name for one in look.earlier("school", "games")] == ["games"]


def test_there_is_an_end_to_sentences(look, feed):
    for _ in range(MAX_REFUSED * 2):
        look.guarded(fails(FeedError("Not valid.")))
    assert len(look.offer(feed.description).refused) == MAX_REFUSED
