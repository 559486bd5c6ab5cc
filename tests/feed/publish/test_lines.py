"""Items to lines and back; what may not be on a list."""

from dataclasses import replace
from datetime import date

import pytest
from tests.feed.publish.office import audio, host, image, one_of_each, video

from garim_feed.errors import FeedError
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Item
from garim_feed.publish.lines import INSERT, adding, item_of, removing
from garim_feed.publish.schema import ADD, REMOVE

SALT = bytes(16)


def back(office, line):
    office.workspace.store.execute(INSERT, line)
    return item_of(office.workspace.row("SELECT * FROM said WHERE id = ?", line[0]))


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: f"{item.kind}-{item.effect}")
def test_an_item_comes_back_as_it_was(office, item):
    item = replace(item, expires=date(2030, 2, 3), note="why")
    assert back(office, adding(1, ADD, item, SALT)) == item


def test_bounds_are_kept_for_pictures_alone(office):
    odd = replace(image(1), tight=3, wide=9)
    assert back(office, adding(1, ADD, odd, SALT)) == odd
    assert back(office, adding(2, ADD, host("a.test", tight=3, wide=9), SALT)) == host("a.test")


def test_a_removal_needs_a_name_only(office):
    bare = Item(Kind.IMAGE, image(1).subject)
    line = removing(1, bare, SALT)
    assert line[1] == REMOVE
    assert line[2:5] == adding(2, ADD, image(1), SALT)[2:5]
    with pytest.raises(FeedError):
        removing(1, Item(Kind.IMAGE, "ab"), SALT)


EFFECTS = {
    Kind.HOST: {Effect.BLOCK, Effect.ALLOW},
    Kind.SHA256: {Effect.BLOCK, Effect.ALLOW},
    Kind.IMAGE: {Effect.BLOCK, Effect.NEGATIVE},
    Kind.VIDEO: {Effect.BLOCK},
    Kind.AUDIO: {Effect.BLOCK},
}
SAMPLES = {
    Kind.HOST: host("a.test"),
    Kind.SHA256: Item(Kind.SHA256, "ab" * 32),
    Kind.IMAGE: image(1),
    Kind.VIDEO: video(1),
    Kind.AUDIO: audio(1),
}


@pytest.mark.parametrize("kind", EFFECTS)
@pytest.mark.parametrize("effect", Effect)
def test_effects_by_kind(kind, effect):
    item = replace(SAMPLES[kind], effect=effect)
    if effect in EFFECTS[kind]:
        adding(1, ADD, item, SALT)
    else:
        with pytest.raises(FeedError, match="is not for"):
            adding(1, ADD, item, SALT)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (image(1, quality=49), "quality"),
        (image(1, quality=101), "quality"),
        (replace(video(1), frames=(replace(video(1).frames[0], quality=49),)), "quality"),
        (image(1, tight=-1), "not a valid image"),
        (image(1, tight=20, wide=19), "not a valid image"),
        (image(1, wide=32), "not a valid image"),
        (replace(video(1), wide=32), "not a valid video"),
        (host("a.test", expires=date(1970, 1, 1)), "no day"),
        (host("a.test", expires=date(1969, 1, 1)), "no day"),
        (host("a.test", expires=date(2149, 6, 7)), "no day"),
        (host("a.test", note="x" * 1001), "1000 characters"),
    ],
)
def test_what_is_out_of_bounds_is_refused(item, said):
    with pytest.raises(FeedError, match=said):
        adding(1, ADD, item, SALT)


@pytest.mark.parametrize(
    "item", [image(1, quality=50), image(1, tight=0, wide=31), host("a.test", note="x" * 1000)]
)
def test_the_bounds_themselves_are_allowed(item):
    adding(1, ADD, item, SALT)


def test_the_last_day_there_is(office):
    item = host("a.test", expires=date(2149, 6, 6))
    assert back(office, adding(1, ADD, item, SALT)) == item
