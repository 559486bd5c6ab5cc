"""From items to entries and back."""

import pytest
from tests.feed.publish.office import hosts, one_of_each

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, entry_id
from garim_feed.publish.entries import entry_of, find, items, parse
from garim_feed.publish.naming import named
from garim_feed.publish.schema import KINDS, restored

SALT = bytes(16)


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: item.kind)
def test_an_id_says_kind_and_key(item):
    entry = entry_of(item, SALT)
    assert entry == entry_id(item.kind, named(item, SALT).key)
    kind, key = parse(entry)
    assert (KINDS[kind], restored(key)) == (item.kind, named(item, SALT).key)


@pytest.mark.parametrize(
    "entry", ["", "host", "host-", "host-12", "host-" + "G" * 16, "none-" + "0" * 16, "\x1b[31m"]
)
def test_what_is_no_id_is_refused(entry):
    with pytest.raises(FeedError, match="is no entry id"):
        parse(entry)


def test_approved_items_come_back_in_their_order(office):
    wanted = one_of_each()
    office.change(wanted)
    assert list(items(office.workspace, "sites")) == wanted
    for item in wanted:
        assert find(office.workspace, "sites", office.entry(item)) == item


def test_what_is_not_approved_is_not_there(office):
    one, other = hosts(1, 2)
    office.change([one])
    office.propose([other])
    assert list(items(office.workspace, "sites")) == [one]
    assert find(office.workspace, "sites", office.entry(other)) is None


def test_of_two_lists_each_has_its_own(office):
    office.make_list("more")
    office.change(hosts(1))
    office.change(hosts(1, 2), name="more")
    assert list(items(office.workspace, "sites")) == hosts(1)
    assert list(items(office.workspace, "more")) == hosts(1, 2)
    assert office.entry(hosts(1)[0]) != office.entry(hosts(1)[0], "more")


def test_an_unknown_list_is_said(office):
    with pytest.raises(FeedError, match="no list none"):
        items(office.workspace, "none")
    with pytest.raises(FeedError, match="no list none"):
        find(office.workspace, "none", entry_id(Kind.HOST, 1))
