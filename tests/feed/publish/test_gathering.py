"""From rows to segments: the same as made by hand."""

from datetime import date

import numpy as np
import pytest
from tests.feed.publish.office import audio, host, hosts, image, one_of_each, video

from garim_feed.errors import FeedError
from garim_feed.keys import scope32
from garim_feed.kinds import Effect, Kind, Term, day_number
from garim_feed.publish import gathering
from garim_feed.publish.items import Item
from garim_feed.publish.lists import list_info
from garim_feed.publish.naming import named
from garim_feed.publish.progress import silent
from garim_feed.tables import Removals
from garim_feed.wire.check import check
from garim_feed.wire.content import count_removals, counts


def whole(office):
    found = gathering.whole(office.workspace, list_info(office.workspace, "sites"), silent)
    check(found)
    return found


def changed(office):
    found = gathering.changed(office.workspace, list_info(office.workspace, "sites"), silent)
    check(found)
    return found


def test_everything_is_there(office):
    items = one_of_each()
    office.change(items)
    found = whole(office)
    salt = list_info(office.workspace, "sites").salt
    for kind, table in found.added.exact.items():
        assert table.keys.tolist() == sorted(
            named(item, salt).key for item in items if item.kind is kind
        )
    assert counts(found.added) == {
        "host": 2, "address": 1, "sha256": 1, "sha1": 1, "md5": 1, "torrent": 2, "image": 2,
        "video": 1, "audio": 1,
    }  # fmt: skip
    assert found.added.scopes.tolist() == [scope32("site.garim.test", salt)]
    assert count_removals(found.removed) == 0


def test_pictures_keep_their_facts_in_the_order_of_their_hashes(office):
    items = [image(n, quality=50 + n, tight=n, wide=20 + n) for n in range(8)]
    office.change(items)
    found = whole(office).added.images
    by_hash = {bytes.fromhex(item.subject): item for item in items}
    assert [bytes(row) for row in found.pdq] == sorted(by_hash)
    for row, *facts in zip(found.pdq, found.quality, found.tight, found.wide, strict=True):
        item = by_hash[bytes(row)]
        assert facts == [item.quality, item.tight, item.wide]


def test_videos_and_sounds_keep_their_parts(office):
    videos, sounds = [video(n, frames=n + 1) for n in range(4)], [audio(n) for n in range(3)]
    office.change([*videos, *sounds])
    found = whole(office).added
    salt = list_info(office.workspace, "sites").salt
    at = 0
    by_key = {named(item, salt).key: item for item in videos}
    for row, key in enumerate(found.videos.ids.tolist()):
        item = by_key[key]
        end = at + int(found.videos.counts[row])
        assert int(found.videos.duration[row]) == item.duration
        frames = zip(
            (bytes(one).hex() for one in found.videos.frames[at:end]),
            found.videos.quality[at:end].tolist(),
            found.videos.times[at:end].tolist(),
            strict=True,
        )
        assert list(frames) == [(one.pdq, one.quality, one.time) for one in item.frames]
        at = end
    by_sound = {named(item, salt).key: item for item in sounds}
    points = np.split(found.audios.points, np.cumsum(found.audios.counts)[:-1])
    for key, one, duration in zip(
        found.audios.ids.tolist(), points, found.audios.duration, strict=True
    ):
        assert tuple(one.tolist()) == by_sound[key].points
        assert duration == 900


def test_terms_are_those_of_the_list_alone(office):
    office.make_list("more")
    office.change([host("x.test", expires=date(2040, 1, 1))], name="more")
    office.change([host("a.test", effect=Effect.ALLOW), *hosts(1)])
    today = day_number(office.workspace.today())
    assert whole(office).added.terms == (Term(today), Term(today, effect=Effect.ALLOW))


def test_nothing_changed_is_nothing(office):
    office.change(one_of_each())
    office.publish()
    found = changed(office)
    assert counts(found.added) == {}
    assert found.removed == Removals() or count_removals(found.removed) == 0


def test_changes_are_additions_and_removals(office):
    office.change([*one_of_each(), *hosts(1)])
    office.publish()
    gone = [item for item in one_of_each() if item.effect is Effect.BLOCK]
    office.change([host("h1.garim.test", effect=Effect.ALLOW), *hosts(2), image(9)], remove=gone)
    found = changed(office)
    assert counts(found.added) == {"host": 2, "image": 1}
    assert count_removals(found.removed) == len(gone)
    assert [bytes(row).hex() for row in found.removed.images] == [image(1).subject]
    assert len(found.removed.videos) == len(found.removed.audios) == 1


def test_what_came_and_went_is_not_named(office):
    office.change(hosts(1))
    office.publish()
    office.change(hosts(2))
    office.change(remove=hosts(2))
    found = changed(office)
    assert counts(found.added) == {}
    assert count_removals(found.removed) == 0


def test_too_many_different_dates_are_refused(office, monkeypatch):
    monkeypatch.setattr("garim_feed.wire.terms.MAX_TERMS", 3)
    office.change(host(f"a{n}.test", expires=date(2040, 1, 1 + n)) for n in range(4))
    with pytest.raises(FeedError, match="dates of entry"):
        whole(office)


@pytest.mark.parametrize("block", [1, 3])
def test_blocks_are_put_together(office, monkeypatch, block):
    items = [
        *one_of_each(),
        *hosts(*range(7)),
        *(image(n) for n in range(3, 9)),
        *(video(n) for n in range(4)),
        *(Item(Kind.ADDRESS, f"h{n}.test/") for n in range(5)),
    ]
    office.change(items)
    expected = whole(office)
    monkeypatch.setattr(gathering, "_BLOCK", block)
    monkeypatch.setattr(gathering, "_BATCH", block)
    from garim_feed.wire.segment import write

    assert write(whole(office)) == write(expected)


def test_progress_is_told(office):
    office.change(hosts(1, 2, 3))
    told = []
    gathering.whole(
        office.workspace,
        list_info(office.workspace, "sites"),
        lambda *facts: told.append(facts[1]),
    )
    assert told == [3]
