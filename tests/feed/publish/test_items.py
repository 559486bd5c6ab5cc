"""Items are plain values."""

import pytest

from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Effect, Kind
from garim_feed.publish.items import Frame, Item


def test_an_item_blocks_with_the_usual_bounds():
    item = Item(Kind.HOST, "a.test")
    assert (item.effect, item.tight, item.wide) == (Effect.BLOCK, TIGHT_BITS, WIDE_BITS)
    assert item == Item(Kind.HOST, "a.test")


def test_items_do_not_change():
    with pytest.raises(AttributeError):
        Item(Kind.HOST, "a.test").subject = "b.test"
    with pytest.raises(AttributeError):
        Frame("ab" * 32, 90, 0).time = 1
