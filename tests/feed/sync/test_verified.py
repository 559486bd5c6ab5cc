from datetime import UTC, datetime

import pytest
from tests.feed.sync.simulator import DAY, FeedSimulator, Server
from tuf.api.exceptions import (
    BadVersionNumberError,
    ExpiredMetadataError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.ngclient import Updater

from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.verified import PUBLISHED, Verified
from garim_feed.wire import names

CATALOGUE = names.catalogue_path("kmcc")


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc", "school")
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    return feed


def verified(feed, folder, root=None):
    folder.mkdir(exist_ok=True)
    updater = Updater(
        str(folder), "metadata/", fetcher=Fetcher(Server(feed)), bootstrap=root or feed.root_file
    )
    updater.refresh()
    return Verified(updater, folder)


def test_the_top(feed, tmp_path):
    found = verified(feed, tmp_path)
    assert found.versions() == {"root": 1, "timestamp": 3, "snapshot": 3, "targets": 3}
    assert min(found.ends) == feed.timestamp.expires
    assert len(list(found.ends)) == 4
    assert found.top(names.FEED) is not None
    assert found.top(CATALOGUE) is None


def test_a_role(feed, tmp_path):
    role = verified(feed, tmp_path).role("kmcc", CATALOGUE)
    assert role is not None
    assert set(role.targets) == {CATALOGUE, "lists/kmcc/first-0.seg"}
    assert (role.signatures, role.threshold) == (2, 2)
    assert role.expires == feed.roles["kmcc"].expires


@pytest.mark.parametrize("signatures", [2, 3])
def test_signatures_are_counted(feed, tmp_path, signatures):
    feed.publish(kmcc=signatures)
    role = verified(feed, tmp_path).role("kmcc", CATALOGUE)
    assert role is not None
    assert role.signatures == signatures


@pytest.mark.parametrize("name", ["other", "root", "targets", "snapshot", "kmcc-other", ""])
def test_who_is_not_delegated_to_is_no_role(feed, tmp_path, name):
    assert verified(feed, tmp_path).role(name, CATALOGUE) is None


def test_a_feed_that_delegates_nothing(feed, tmp_path):
    feed.targets.delegations = None
    feed.bump("targets", feed.targets)
    for role in ("snapshot", "timestamp"):
        feed.signed(role).version += 1
    for role in ("targets", "snapshot", "timestamp"):
        feed.write(role)
    assert verified(feed, tmp_path).role("kmcc", CATALOGUE) is None


def test_what_a_role_may_not_sign_is_not_among_its_files(feed, tmp_path):
    role = feed.roles["kmcc"]
    for path in (names.FEED, names.catalogue_path("school"), "lists/kmcc/deeper/x.seg", "../x"):
        feed.put_target(role, path, b"x")
    feed.bump("kmcc", role)
    for each in ("snapshot", "timestamp"):
        feed.signed(each).version += 1
    for each in ("kmcc", "snapshot", "timestamp"):
        feed.write(each)
    found = verified(feed, tmp_path).role("kmcc", CATALOGUE)
    assert found is not None
    assert set(found.targets) == {CATALOGUE, "lists/kmcc/first-0.seg"}


def test_a_file_left_from_earlier_is_not_taken_for_the_role(feed, tmp_path):
    """Another delegation answers for the paths, so the role's own file is not looked at anew."""
    verified(feed, tmp_path).role("kmcc", CATALOGUE)
    feed.delegate("aaa", "lists/*/*", keys=1)
    roles = feed.targets.delegations.roles
    feed.targets.delegations.roles = {"aaa": roles.pop("aaa"), **roles}
    feed.publish()
    with pytest.raises(BadVersionNumberError):
        verified(feed, tmp_path).role("kmcc", CATALOGUE)


def test_a_role_behind_another_that_was_never_seen(feed, tmp_path):
    feed.delegate("aaa", "lists/*/*", keys=1)
    roles = feed.targets.delegations.roles
    feed.targets.delegations.roles = {"aaa": roles.pop("aaa"), **roles}
    feed.publish()
    with pytest.raises(RepositoryError, match="another delegation stands before"):
        verified(feed, tmp_path).role("kmcc", CATALOGUE)


@pytest.mark.parametrize(
    ("bend", "error"),
    [
        (lambda feed: feed.ends.update(kmcc=-DAY), ExpiredMetadataError),
        (lambda feed: feed.signers.update(kmcc=feed.signers["school"]), UnsignedMetadataError),
    ],
)
def test_a_bad_role_raises(feed, tmp_path, bend, error):
    bend(feed)
    feed.publish()
    with pytest.raises(error):
        verified(feed, tmp_path).role("kmcc", CATALOGUE)


@pytest.mark.parametrize(
    ("told", "date"),
    [
        ("2026-06-01T00:00:00Z", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2026-06-01T09:00:00+09:00", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2026-06-01T00:00:00", datetime(2026, 6, 1, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        (17, None),
        (None, None),
        (["2026-06-01"], None),
    ],
)
def test_when_a_timestamp_says_it_was_made(feed, tmp_path, told, date):
    feed.timestamp.unrecognized_fields[PUBLISHED] = told
    feed.publish()
    assert verified(feed, tmp_path).published == date
